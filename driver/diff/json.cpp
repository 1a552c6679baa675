#include "driver/report/json.h"
#include "driver/diff/views.h"

namespace normalize::diff {
namespace {

void write_noise(const Node& node, JsonWriter& json) {
  if (node.noise.empty()) return;
  json.open_array("noise");
  for (const NoisyField& field : node.noise) {
    json.open_object();
    if (!field.member.empty()) json.text("path", field.member);
    json.text("format", field.format);
    json.text("field", field.field->name);
    json.number("count", field.count);
    json.text("a", field.a);
    json.text("b", field.b);
    if (!field.field->hint.empty()) json.text("hint", field.field->hint);
    json.close_object();
  }
  json.close_array();
}

void write_properties(const Node& node, JsonWriter& json) {
  if (node.properties.empty()) return;
  json.open_array("properties");
  for (const PropertyDifference& property : node.properties) {
    json.open_object();
    json.text("name", property.name);
    json.text("a", property.a);
    json.text("b", property.b);
    if (property.is_noise) json.boolean("noise", true);
    json.close_object();
  }
  json.close_array();
}

void write_node(const Node& node, const std::string& path, Output& out) {
  JsonWriter json(out.text());
  json.open_object();
  json.text("type", "diff");
  json.text("path", path);
  if (!node.other_name.empty()) json.text("other_path", node.other_name);
  json.text("verdict", verdict_text(node.verdict));
  if (!node.kind.empty()) json.text("kind", node.kind);
  write_properties(node, json);
  write_noise(node, json);
  if (!node.remarks.empty()) {
    json.open_array("remarks");
    for (const std::string& remark : node.remarks) json.element(remark);
    json.close_array();
  }
  if (!node.diff.empty()) json.text("diff", node.diff);
  json.close_object();
  out << "\n";
  for (const Node& child : node.children)
    write_node(child, path + (child.is_member ? "!" : "/") + child.name, out);
}

void write_summary(const Comparison& comparison, const Facts& facts, Output& out) {
  const Counts& counts = comparison.counts;
  JsonWriter json(out.text());
  json.open_object();
  json.text("type", "summary");
  json.text("a", comparison.a);
  json.text("b", comparison.b);
  json.text("verdict", verdict_text(comparison.root.verdict));
  json.number("equal", counts.equal);
  json.number("equal_once_normalized", counts.noise);
  json.number("different", counts.different);
  json.number("only_a", counts.only_a);
  json.number("only_b", counts.only_b);
  json.number("moved", counts.moved);
  json.number("failed", counts.failed);
  json.number("times_on_disk", comparison.times);
  if (facts.epoch)
    json.number("epoch", *facts.epoch);
  else
    json.null("epoch");
  json.number("exit_status", std::int64_t{facts.exit_status});
  json.close_object();
  out << "\n";
}

}  // namespace

void write_jsonl(const Comparison& comparison, const Facts& facts, Output& out) {
  const Node& root = comparison.root;
  if (root.name.empty())
    for (const Node& child : root.children) write_node(child, child.name, out);
  else if (root.verdict != Verdict::equal)
    write_node(root, root.name, out);
  write_summary(comparison, facts, out);
}

}  // namespace normalize::diff
