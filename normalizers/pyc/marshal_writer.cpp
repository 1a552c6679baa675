// The other direction of marshal_reader.cpp, after w_complex_object() in CPython's
// Python/marshal.c.

#include "normalizers/pyc/marshal_writer.h"

#include <cstring>

namespace normalize::pyc {
namespace {

constexpr std::byte kFlagRef{0x80};
constexpr std::uint32_t kUnwritten = 0xffff'ffff;

/// Bytes that grow at their end.
class Sink {
 public:
  explicit Sink(std::size_t likely_bytes) : bytes_(likely_bytes + 64) {}

  void put(ByteView bytes) {
    if (bytes.empty()) return;
    std::memcpy(make_room(bytes.size()), bytes.data(), bytes.size());
  }
  void put(const Head& head) { put(head, {}); }
  void put(const Head& head, ByteView payload) {
    // Copying all of the head is one instruction; what is too much of it is written over.
    std::byte* const room = make_room(head.size + payload.size());
    std::memcpy(room, head.bytes, sizeof head.bytes);
    if (!payload.empty()) std::memcpy(room + head.size, payload.data(), payload.size());
  }

  Bytes finish() && {
    bytes_.resize(size_);
    return std::move(bytes_);
  }

 private:
  std::byte* make_room(std::size_t count) {
    if (bytes_.size() - size_ < count + sizeof Head::bytes)
      bytes_.resize(2 * bytes_.size() + count + sizeof Head::bytes);
    std::byte* const room = bytes_.data() + size_;
    size_ += count;
    return room;
  }

  Bytes bytes_;
  std::size_t size_ = 0;
};

/// A container that is being written.
struct Frame {
  const NodeId* next;
  const NodeId* end;
  bool ends_with_null;
};

class MarshalWriter {
 public:
  MarshalWriter(const Graph& graph, const Version& version, std::size_t likely_bytes)
      : graph_(graph),
        version_(version),
        out_(likely_bytes),
        numbers_(graph.nodes.size(), kUnwritten) {}

  Written write() {
    object(graph_.root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.next == frame.end) {
        if (frame.ends_with_null) out_.put(short_head('0'));
        frames_.pop_back();
      } else {
        object(*frame.next++);
      }
    }
    return {std::move(out_).finish(), statistics_, std::move(numbers_)};
  }

 private:
  /// Writes an object, or of a container only its head.
  void object(NodeId mentioned) {
    const NodeId id = graph_.nodes[mentioned].same_as;
    const Node& node = graph_.nodes[id];
    if (is_constant(id)) return out_.put(short_head(static_cast<char>(node.kind)));
    if (node.kind == Kind::line) return out_.put(node.bytes());
    if (version_.major == 2 && node.kind == Kind::bytes && node.interned)
      return interned_string(id, node);
    if (!version_.has_references()) return write(node, head(node));
    if (numbers_[id] != kUnwritten) return reference('r', numbers_[id]);
    Head first = head(node);
    if (node.uses > 1) {
      numbers_[id] = next_number_++;
      first.bytes[0] |= kFlagRef;
      ++statistics_.flags;
    }
    write(node, first);
  }

  void interned_string(NodeId id, const Node& node) {
    if (numbers_[id] != kUnwritten) return reference('R', numbers_[id]);
    numbers_[id] = next_number_++;
    write(node, sized_head('t', node.size));
  }

  void reference(char code, std::uint32_t number) {
    out_.put(sized_head(code, number));
    ++statistics_.references;
    statistics_.highest = std::max(statistics_.highest, number);
  }

  Head head(const Node& node) const {
    switch (node.kind) {
      case Kind::text:
        return text_head(node, version_);
      case Kind::tuple:
        return tuple_head(node.child_count, version_);
      case Kind::bytes:
        return sized_head('s', node.size);
      case Kind::list:
      case Kind::set:
      case Kind::frozenset:
        return sized_head(static_cast<char>(node.kind), node.child_count);
      case Kind::code:
        return short_head(version_.layout->type_code);
      default:
        return short_head(static_cast<char>(node.kind));
    }
  }

  void write(const Node& node, const Head& first) {
    out_.put(first, node.bytes());
    const bool is_dict = node.kind == Kind::dict || node.kind == Kind::frozendict;
    if (node.child_count == 0 && !is_dict) return;
    const std::span<const NodeId> children = graph_.children_of(node);
    frames_.push_back({children.data(), children.data() + children.size(), is_dict});
  }

  const Graph& graph_;
  const Version& version_;
  Sink out_;
  StreamStatistics statistics_;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> numbers_;  // by node: of r, or in Python 2 of R
  std::uint32_t next_number_ = 0;
};

}  // namespace

Written write_code(const Graph& graph, const Version& version, std::size_t likely_bytes) {
  return MarshalWriter(graph, version, likely_bytes).write();
}

}  // namespace normalize::pyc
