#include "driver/report/html.h"
#include "driver/diff/views.h"
#include "rules/format_time.h"

namespace normalize::diff {
namespace {

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::equal:
      return Tone::quiet;
    case Verdict::noise:
      return Tone::noise;
    case Verdict::only_a:
      return Tone::removed;
    case Verdict::only_b:
      return Tone::added;
    case Verdict::moved:
      return Tone::moved;
    default:
      return Tone::bad;
  }
}

void write_node(const Node& node, HtmlReport& page) {
  page.enter({.name = node.name,
              .verdict = verdict_text(node.verdict),
              .tone = tone_of(node.verdict),
              .note = node.kind,
              .is_member = node.is_member});
  if (!node.other_name.empty()) page.remark(Tone::moved, "to " + node.other_name);
  for (const std::string& remark : node.remarks) page.remark(Tone::quiet, remark);
  for (const PropertyDifference& property : node.properties)
    page.remark(property.is_noise ? Tone::noise : Tone::bad, property_line(property));
  for (const NoisyField& field : node.noise)
    page.finding({field.member, field.format, field.field, field.a, field.b});
  if (!node.diff.empty()) page.diff(node.diff);
  for (const Node& child : node.children) write_node(child, page);
  page.leave();
}

}  // namespace

void write_html(const Comparison& comparison, const Facts& facts, Output& out) {
  HtmlReport page(out);
  const Node& root = comparison.root;
  if (root.name.empty())
    for (const Node& child : root.children) write_node(child, page);
  else
    write_node(root, page);
  HtmlHead head{.title = "normalize diff", .summary = summary_line(comparison)};
  head.facts = {{"A", comparison.a}, {"B", comparison.b}};
  head.facts.emplace_back(
      "epoch",
      facts.epoch ? std::to_string(*facts.epoch) + " (" + format_time(*facts.epoch) + ")" : "none");
  page.finish(head);
}

}  // namespace normalize::diff
