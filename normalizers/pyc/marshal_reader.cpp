// The marshal format, after r_object() in CPython's Python/marshal.c from 1.0 to 3.15. What only a
// later version knows is refused in an earlier one: Python could not load it either.

#include "normalizers/pyc/marshal_reader.h"

namespace normalize::pyc {
namespace {

constexpr std::uint8_t kFlagRef = 0x80;
constexpr NodeId kUnfinished = 0xffff'ffff;
constexpr std::uint32_t kUntilNull = 0xffff'ffff;

/// A container that is being read.
struct Frame {
  NodeId node;
  std::uint32_t children_left;  // kUntilNull for a dict
  std::uint32_t first_pending;  // where its children begin on the stack of pending ones
  std::uint32_t reference;      // the number it gets when it is done; kUnfinished for none
};

class MarshalReader {
 public:
  MarshalReader(Reader& in, const Version& version) : in_(in), version_(version) {
    graph_.nodes.reserve(in.remaining() / 16 + std::size(kConstants));
    graph_.children.reserve(in.remaining() / 8);
    for (const Kind kind : kConstants) add(kind, {}).process_dependent_hash = has_address(kind);
  }

  Stream read() {
    begin_object();
    while (!frames_.empty()) {
      if (wants_line()) {
        pending_.push_back(next_id());
        add(Kind::line, in_.take(version_.layout->line_bytes, "co_firstlineno"));
        count_child();
      } else if (frames_.back().children_left == 0) {
        end_container();
      } else {
        begin_object();
      }
    }
    graph_.root = pending_.back();
    if (graph_.nodes[graph_.root].kind != Kind::code) in_.fail("the object is no code object");
    return {std::move(graph_), statistics_, std::move(references_)};
  }

 private:
  /// None and its like hash by their address, except from 3.12 on, where sorting costs nothing.
  static bool has_address(Kind kind) {
    return kind == Kind::none || kind == Kind::stop_iteration || kind == Kind::ellipsis;
  }

  NodeId next_id() const { return static_cast<NodeId>(graph_.nodes.size()); }

  Node& add(Kind kind, ByteView payload) {
    Node& node = graph_.nodes.emplace_back();
    node.data = payload.data();
    node.size = static_cast<std::uint32_t>(payload.size());
    node.same_as = static_cast<NodeId>(graph_.nodes.size() - 1);
    node.kind = kind;
    return node;
  }

  bool wants_line() const {
    const Frame& frame = frames_.back();
    const CodeLayout& layout = *version_.layout;
    return graph_.nodes[frame.node].kind == Kind::code && layout.line >= 0 &&
           frame.children_left == static_cast<unsigned>(layout.children - layout.line);
  }

  void count_child() {
    if (frames_.empty()) return;
    if (frames_.back().children_left != kUntilNull) --frames_.back().children_left;
  }

  void end_container() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    Node& node = graph_.nodes[frame.node];
    node.first_child = static_cast<std::uint32_t>(graph_.children.size());
    node.child_count = static_cast<std::uint32_t>(pending_.size() - frame.first_pending);
    graph_.children.insert(graph_.children.end(), pending_.begin() + frame.first_pending,
                           pending_.end());
    pending_.resize(frame.first_pending);
    graph_.completed.push_back(frame.node);
    if (frame.reference != kUnfinished) references_[frame.reference] = frame.node;
    pending_.push_back(frame.node);
    count_child();
  }

  /// Reads one object, or of a container only its head.
  void begin_object() {
    const std::uint8_t byte = in_.byte("type code");
    const bool flagged = (byte & kFlagRef) != 0;
    const char code = static_cast<char>(byte & ~kFlagRef);
    if (flagged) {
      if (!version_.has_references()) unknown(byte);
      ++statistics_.flags;
    }
    switch (code) {
      case '0':
        if (flagged) in_.fail("FLAG_REF on a constant");
        return end_dict();
      case 'N':
        return constant(1, flagged);
      case 'F':
        return constant(2, flagged);
      case 'T':
        return constant(3, flagged);
      case 'S':
        return constant(4, flagged);
      case '.':
        return constant(5, flagged);
      case 'r':
        if (flagged) in_.fail("FLAG_REF on a reference");
        return reference();
      case 'R':
        return string_reference(byte);
      default:
        break;
    }
    if (is_container(code))
      begin_container(code, flagged);
    else
      leaf(code, flagged);
  }

  [[noreturn]] void unknown(unsigned byte) const {
    throw FormatError(in_.offset() - 1,
                      "type code " + std::to_string(byte) + " is unknown to Python " +
                          std::to_string(version_.major) + "." + std::to_string(version_.minor));
  }

  /// None and its like take no reference number: CPython hands its own object out.
  void constant(NodeId id, bool flagged) {
    if (flagged) in_.fail("FLAG_REF on a constant");
    push(id);
  }

  void push(NodeId id) {
    pending_.push_back(id);
    count_child();
  }

  void end_dict() {
    if (frames_.empty() || frames_.back().children_left != kUntilNull ||
        (pending_.size() - frames_.back().first_pending) % 2 != 0)
      in_.fail("a NULL object stands where a value is needed");
    end_container();
  }

  void reference() {
    if (!version_.has_references()) unknown('r');
    const auto number = in_.little_endian<std::uint32_t>("reference");
    if (number >= references_.size() || references_[number] == kUnfinished)
      in_.fail("reference " + std::to_string(number) + " points to nothing");
    refer(number);
    push(references_[number]);
  }

  /// Python 2.4 to 2.7: one of the interned strings met so far.
  void string_reference(std::uint8_t byte) {
    if (version_.major != 2 || version_.marshal < 1) unknown(byte);
    const auto number = in_.little_endian<std::uint32_t>("string reference");
    if (number >= references_.size())
      in_.fail("string reference " + std::to_string(number) + " points to nothing");
    refer(number);
    push(references_[number]);
  }

  void refer(std::uint32_t number) {
    ++statistics_.references;
    statistics_.highest = std::max(statistics_.highest, number);
  }

  // ---- objects without children

  void leaf(char code, bool flagged) {
    const NodeId id = next_id();
    if (flagged) references_.push_back(id);
    read_leaf(code);
    push(id);
  }

  void read_leaf(char code) {
    switch (code) {
      case 'i':
        add(Kind::int32, in_.take(4, "int"));
        return;
      case 'I':
        add(Kind::int64, in_.take(8, "int64"));
        return;
      case 'l':
        add(Kind::long_, take_long());
        return;
      case 'f':
        add(Kind::text_float, take_text_numbers(1));
        return;
      case 'x':
        add(Kind::text_complex, take_text_numbers(2));
        return;
      case 'g':
        add(Kind::float_, in_.take(8, "float"));
        return;
      case 'y':
        add(Kind::complex, in_.take(16, "complex"));
        return;
      case 's':
        string(Kind::bytes, take_sized("bytes"), false);
        return;
      case 't':
        return interned_string();
      case 'u':
        string(Kind::text, take_sized("unicode"), false);
        return;
      case 'a':
      case 'A':
        if (version_.marshal < 4) unknown(static_cast<unsigned>(code));
        return ascii(take_sized("ASCII string"), code == 'A');
      case 'z':
      case 'Z':
        if (version_.marshal < 4) unknown(static_cast<unsigned>(code));
        return ascii(in_.take(in_.byte("ASCII string's length"), "ASCII string"), code == 'Z');
      default:
        unknown(static_cast<unsigned char>(code));
    }
  }

  ByteView take_sized(std::string_view what) {
    return in_.take(in_.little_endian<std::uint32_t>("length"), what);
  }

  /// A count of 15-bit digits, negative for a negative number, and the digits.
  ByteView take_long() {
    const ByteView from_count = in_.rest();
    const auto count =
        static_cast<std::int32_t>(in_.little_endian<std::uint32_t>("digits of a long"));
    const auto digits = static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(count)));
    in_.take(digits * 2, "long");
    return from_count.first(static_cast<std::size_t>(4 + digits * 2));
  }

  /// Numbers in decimal, as versions before 2.5 wrote them.
  ByteView take_text_numbers(unsigned count) {
    const ByteView from_length = in_.rest();
    std::size_t size = 0;
    for (unsigned i = 0; i < count; ++i)
      size += 1 + in_.take(in_.byte("length of a float"), "float").size();
    return from_length.first(size);
  }

  void string(Kind kind, ByteView content, bool interned) {
    Node& node = add(kind, content);
    node.interned = interned;
    node.process_dependent_hash = !content.empty();
  }

  void interned_string() {
    if (version_.marshal < 1) unknown('t');
    if (version_.major >= 3) return string(Kind::text, take_sized("interned string"), true);
    references_.push_back(next_id());
    string(Kind::bytes, take_sized("interned string"), true);
  }

  void ascii(ByteView content, bool interned) {
    if (std::ranges::any_of(content, [](std::byte b) { return b >= std::byte{0x80}; }))
      in_.fail("an ASCII string holds other characters");
    string(Kind::text, content, interned);
  }

  // ---- containers

  static bool is_container(char code) {
    switch (code) {
      case '(':
      case ')':
      case '[':
      case '<':
      case '>':
      case '{':
      case '}':
      case ':':
      case 'c':
      case 'C':
        return true;
      default:
        return false;
    }
  }

  void begin_container(char code, bool flagged) {
    if (frames_.size() >= kMaxDepth)
      throw LimitError("objects nest deeper than " + std::to_string(kMaxDepth) + " levels");
    const NodeId id = next_id();
    Frame frame{id, 0, static_cast<std::uint32_t>(pending_.size()), kUnfinished};
    if (flagged) {
      frame.reference = static_cast<std::uint32_t>(references_.size());
      references_.push_back(may_hold_itself(code) ? id : kUnfinished);
    }
    frame.children_left = read_container_head(code);
    frames_.push_back(frame);
  }

  /// A frozenset, frozendict, slice or code object exists only when its parts do.
  static bool may_hold_itself(char code) {
    return code == '(' || code == ')' || code == '[' || code == '<' || code == '{';
  }

  /// Adds the node. Returns how many children follow.
  std::uint32_t read_container_head(char code) {
    switch (code) {
      case ')':
        if (version_.marshal < 4) unknown(static_cast<unsigned>(code));
        add(Kind::tuple, {});
        return in_.byte("tuple's length");
      case '(':
        return sized_container(Kind::tuple);
      case '[':
        return sized_container(Kind::list);
      case '<':
        return sized_container(Kind::set);
      case '>':
        return sized_container(Kind::frozenset);
      case '{':
        add(Kind::dict, {});
        return kUntilNull;
      case '}':
        if (!version_.at_least(3, 15)) unknown(static_cast<unsigned>(code));
        add(Kind::frozendict, {}).process_dependent_hash = true;
        return kUntilNull;
      case ':':
        if (version_.marshal < 5) unknown(static_cast<unsigned>(code));
        add(Kind::slice, {});
        return 3;
      default:
        return begin_code(code);
    }
  }

  std::uint32_t sized_container(Kind kind) {
    const auto count = in_.little_endian<std::uint32_t>("number of elements");
    if (count > in_.remaining())
      in_.fail(std::to_string(count) + " elements need more than the " +
               std::to_string(in_.remaining()) + " bytes that are left");
    add(kind, {});
    return count;
  }

  std::uint32_t begin_code(char code) {
    const CodeLayout& layout = *version_.layout;
    if (code != layout.type_code) unknown(static_cast<unsigned>(code));
    graph_.codes.push_back(next_id());
    add(Kind::code, in_.take(layout.numbers_bytes, "numbers of a code object"))
        .process_dependent_hash = true;
    return layout.children;
  }

  Reader& in_;
  const Version& version_;
  Graph graph_;
  StreamStatistics statistics_;
  std::vector<Frame> frames_;
  std::vector<NodeId> pending_;     // children of containers that are being read, inner ones last
  std::vector<NodeId> references_;  // of r, or in Python 2 of R; kUnfinished until there is one
};

}  // namespace

Stream read_code(Reader& in, const Version& version) { return MarshalReader(in, version).read(); }

}  // namespace normalize::pyc
