// diffoscope's JSON, version 1: an object a difference, with source1, source2, comments,
// unified_diff and details (diffoscope/presenters/json.py of diffoscope 240).

#include "driver/diff/views.h"
#include "driver/report/json.h"

namespace normalize::diff {
namespace {

void write_difference(const Node& node, const std::string& source_a, const std::string& source_b,
                      JsonWriter& json, Output& out);

/// Those of the node itself, without its brackets.
void write_members(const Node& node, const std::string& source_a, const std::string& source_b,
                   JsonWriter& json, Output& out) {
  json.plain_text("source1", source_a);
  json.plain_text("source2", source_b);
  json.open_array("comments");
  json.element(verdict_text(node.verdict));
  for (const std::string& remark : node.remarks) json.element(remark);
  for (const PropertyDifference& property : node.properties) json.element(property_line(property));
  for (const std::string& line : noise_lines(node, false)) json.element(line);
  json.close_array();
  if (node.diff.empty())
    json.null("unified_diff");
  else
    json.plain_text("unified_diff", node.diff);
  json.open_array("details");
  for (const Node& child : node.children)
    write_difference(child, child.name, child.other_name.empty() ? child.name : child.other_name,
                     json, out);
  json.close_array();
}

void write_difference(const Node& node, const std::string& source_a, const std::string& source_b,
                      JsonWriter& json, Output& out) {
  json.open_object();
  write_members(node, source_a, source_b, json, out);
  json.close_object();
  out.settle();
}

}  // namespace

void write_diffoscope(const Comparison& comparison, Output& out) {
  JsonWriter json(out.text());
  json.open_object();
  json.number("diffoscope-json-version", std::int64_t{1});
  write_members(comparison.root, comparison.a, comparison.b, json, out);
  json.close_object();
  out << "\n";
}

}  // namespace normalize::diff
