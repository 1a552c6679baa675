#include <algorithm>
#include <map>

#include "driver/diff/unified.h"
#include "driver/diff/views.h"
#include "driver/report/escape.h"

namespace normalize::diff {
namespace {

constexpr std::string_view kRed = "\x1b[31m", kGreen = "\x1b[32m", kYellow = "\x1b[33m",
                           kCyan = "\x1b[36m", kPlain = "\x1b[0m";

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::equal:
      return "";
    case Verdict::noise:
      return kYellow;
    case Verdict::moved:
      return kCyan;
    case Verdict::only_b:
      return kGreen;
    default:
      return kRed;
  }
}

std::string_view color_of_line(std::string_view line) {
  if (line.starts_with('-')) return kRed;
  if (line.starts_with('+')) return kGreen;
  return line.starts_with("@@") ? kCyan : std::string_view();
}

std::string noise_value(std::string_view value) {
  return value.empty() ? "(none)" : escape(shown_line(value));
}

class TextWriter {
 public:
  TextWriter(const TextView& view, Output& out) : view_(view), out_(out) {}

  void node(const Node& node, std::string path, std::size_t depth) {
    if (is_step(node)) {
      const Node& child = node.children.front();
      return this->node(child, path + (child.is_member ? "!" : "/") + escape(child.name), depth);
    }
    const std::string indent(2 * depth, ' ');
    out_ << indent << path << ": "
         << painted(std::string(verdict_text(node.verdict)), color_of(node.verdict));
    if (!node.other_name.empty()) out_ << " to " << escape(node.other_name);
    if (!node.kind.empty() && node.verdict != Verdict::noise) out_ << " (" << node.kind << ")";
    out_ << "\n";
    details(node, indent + "  ");
    for (const Node& child : node.children)
      this->node(child, (child.is_member ? "!" : "") + escape(child.name), depth + 1);
    out_.settle();
  }

 private:
  void details(const Node& node, const std::string& indent) {
    for (const std::string& remark : node.remarks) out_ << indent << escape(remark) << "\n";
    for (const PropertyDifference& property : node.properties)
      if (view_.every_field || (property.name != "mtime" || !property.is_noise))
        out_ << indent << property_line(property) << "\n";
    for (const std::string& line : noise_lines(node, view_.every_field))
      out_ << indent << painted(line, kYellow) << "\n";
    for (std::string_view left = node.diff; !left.empty();) {
      const std::string_view line = left.substr(0, left.find('\n'));
      left.remove_prefix(std::min(line.size() + 1, left.size()));
      out_ << indent << painted(std::string(line), color_of_line(line)) << "\n";
    }
  }

  std::string painted(const std::string& text, std::string_view color) const {
    if (!view_.color || color.empty()) return text;
    return std::string(color) + text + std::string(kPlain);
  }

  const TextView& view_;
  Output& out_;
};

void add_count(std::uint64_t count, std::string_view what, std::string& line) {
  if (count == 0) return;
  if (!line.empty()) line += ", ";
  line += std::to_string(count) + " " + std::string(what);
}

}  // namespace

std::string property_line(const PropertyDifference& property) {
  return escape(property.name) + ": " + noise_value(property.a) + " → " + noise_value(property.b) +
         (property.is_noise ? " (noise)" : "");
}

std::vector<std::string> noise_lines(const Node& node, bool every_field) {
  std::vector<std::string> lines;
  if (every_field) {
    for (const NoisyField& field : node.noise)
      lines.push_back((field.member.empty() ? "" : escape(field.member) + ": ") +
                      std::string(field.format) + ": " + std::string(field.field->name) + ": " +
                      noise_value(field.a) + " | " + noise_value(field.b) +
                      (field.count > 1 ? " ×" + std::to_string(field.count) : ""));
    return lines;
  }
  struct Sum {
    std::uint64_t count = 0;
    std::string_view hint;
  };
  std::map<std::string, std::map<std::string, Sum>> sums;  // by format and field
  for (const NoisyField& field : node.noise) {
    Sum& sum = sums[std::string(field.format)][std::string(field.field->name)];
    sum.count += field.count;
    sum.hint = field.field->hint;
  }
  for (const auto& [format, fields] : sums) {
    std::string line = "noise: " + format + ":";
    for (const auto& [name, sum] : fields) {
      line += (line.ends_with(':') ? " " : ", ") + name;
      if (sum.count > 1) line += " ×" + std::to_string(sum.count);
      if (!sum.hint.empty()) line += " (" + std::string(sum.hint) + ")";
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string summary_line(const Comparison& comparison) {
  const Counts& counts = comparison.counts;
  std::string line;
  add_count(counts.different, "different", line);
  add_count(counts.only_a, "only in A", line);
  add_count(counts.only_b, "only in B", line);
  add_count(counts.moved, "moved", line);
  add_count(counts.failed, "failed", line);
  add_count(counts.noise, "equal once normalized", line);
  add_count(counts.equal, "equal", line);
  if (comparison.times > 0)
    line += " (" + std::to_string(comparison.times) + " of them but for times on disk)";
  return line;
}

void write_text(const Comparison& comparison, const TextView& view, Output& out) {
  TextWriter writer(view, out);
  const Node& root = comparison.root;
  if (root.name.empty())
    for (const Node& child : root.children) writer.node(child, escape(child.name), 0);
  else if (root.verdict != Verdict::equal)
    writer.node(root, escape(root.name), 0);
  out << summary_line(comparison) << "\n";
}

}  // namespace normalize::diff
