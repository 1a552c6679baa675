#include "normalizers/pyc/dump.h"

#include "normalizers/pyc/canonical.h"
#include "normalizers/pyc/header.h"
#include "normalizers/pyc/marshal_writer.h"
#include "normalizers/pyc/object_text.h"

namespace normalize::pyc {
namespace {

constexpr std::uint32_t kNone = 0xffff'ffff;
constexpr std::size_t kDeepestIndent = 32;  // below this lines stand side by side

/// What stands at a place: an object, below its parent.
struct Place {
  NodeId object;
  NodeId normal;  // what the normal form has there
  std::size_t depth;
  std::string label;
};

class Dump {
 public:
  Dump(ByteView object, const Version& version, const Rules& rules)
      : version_(version), parts_(part_names(version)) {
    Reader in(object);
    Stream stream = read_code(in, version);
    before_ = stream.graph;
    numbers_.assign(before_.nodes.size(), kNone);
    for (std::size_t i = 0; i < stream.references.size(); ++i)
      numbers_[stream.references[i]] = static_cast<std::uint32_t>(i);
    canonicalize(stream.graph, version, rules, object.size());
    normal_numbers_ = write_code(stream.graph, version, object.size()).numbers;
    after_ = std::move(stream.graph);
    told_.assign(before_.nodes.size(), false);
  }

  std::string run() {
    open_.push_back({before_.root, after_.root, 0, "module"});
    while (!open_.empty()) {
      const Place place = std::move(open_.back());
      open_.pop_back();
      tell(place);
    }
    return std::move(out_);
  }

 private:
  void tell(const Place& place) {
    out_.append(2 * std::min(place.depth, kDeepestIndent), ' ');
    out_ += place.label + ": ";
    const NodeId id = place.object;
    if (!is_constant(id) && told_[id]) {
      out_ += "= " + number_text(numbers_[id]) + "\n";
      return;
    }
    told_[id] = true;
    const Node& node = before_.nodes[id];
    out_ += object_text(node, version_);
    if (numbers_[id] != kNone) out_ += " " + number_text(numbers_[id]);
    tell_difference(place);
    out_ += "\n";
    open_children(id, node, place.depth + 1);
  }

  static std::string number_text(std::uint32_t number) { return "#" + std::to_string(number); }

  void tell_difference(const Place& place) {
    if (is_constant(place.object)) return;
    const std::string difference = place.object == place.normal
                                       ? difference_of(place.object)
                                       : object_text(after_.nodes[place.normal], version_);
    if (!difference.empty()) out_ += " -- normal form: " + difference;
  }

  std::string difference_of(NodeId id) const {
    const Node &before = before_.nodes[id], &after = after_.nodes[id];
    if (after.same_as != id) return "= " + number_text(normal_numbers_[after.same_as]);
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (after.interned && !before.interned) add("interned");
    if (!std::ranges::equal(before_.children_of(before), after_.children_of(after)) &&
        before.kind != Kind::code)
      add("elements in another order");
    if (numbers_[id] != normal_numbers_[id])
      add(normal_numbers_[id] == kNone ? "no number" : number_text(normal_numbers_[id]));
    return text;
  }

  /// The last one first, since the next to be told is taken from the end.
  void open_children(NodeId id, const Node& node, std::size_t depth) {
    const auto children = before_.children_of(node);
    const auto normal = after_.children_of(after_.nodes[id]);
    const bool is_code = node.kind == Kind::code;
    for (std::size_t i = children.size(); i-- > 0;)
      open_.push_back({children[i], is_code ? normal[i] : children[i], depth,
                       is_code ? std::string(parts_[i]) : std::to_string(i)});
  }

  const Version& version_;
  const std::vector<std::string_view> parts_;
  Graph before_, after_;
  std::vector<std::uint32_t> numbers_, normal_numbers_;  // by node; kNone where it has none
  std::vector<bool> told_;
  std::vector<Place> open_;
  std::string out_;
};

}  // namespace

std::string dump(ByteView input, const Version& version, const Rules& rules) {
  const std::string header = describe_header(input, version);
  if (input.size() < version.header_bytes) Reader(input).take(version.header_bytes, "header");
  return "Python " + std::to_string(version.major) + "." + std::to_string(version.minor) +
         ", magic number " + std::to_string(magic_number(input)) + ", " + header + "\n" +
         Dump(input.subspan(version.header_bytes), version, rules).run();
}

}  // namespace normalize::pyc
