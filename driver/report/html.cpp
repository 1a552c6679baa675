// The page is driver/report/html/: a frame with style and script in it, and our data in the middle.
// The data is a list of records in the order of the tree, cut into elements of their own, which the
// script reads and drops one after the other:
//   ["n", depth, name, verdict, tone, note, is member]   a node
//   ["c", format, field, hint, follows]                  a cause, numbered as they come
//   ["f", cause, before, after]                          a finding of the node before
//   ["r", tone, text]                                    a remark of it
//   ["d", text]                                          a diff of it

#include "driver/report/html.h"

#include "driver/report/escape.h"
#include "driver/report/html/page.h"
#include "driver/report/json.h"

namespace normalize {
namespace {

constexpr std::size_t kRecordsAnElement = 4096;
constexpr std::string_view kOpenElement = "<script type=\"application/json\" class=\"data\">[";
constexpr std::string_view kCloseElement = "]</script>\n";

std::string_view name_of(Tone tone) {
  switch (tone) {
    case Tone::quiet:
      return "quiet";
    case Tone::noise:
      return "noise";
    case Tone::bad:
      return "bad";
    case Tone::added:
      return "added";
    case Tone::removed:
      return "removed";
    case Tone::moved:
      break;
  }
  return "moved";
}

}  // namespace

HtmlReport::HtmlReport(Output& out) : out_(out) { out_ << kPageBeforeData << kOpenElement; }

template <typename Fill>
void HtmlReport::record(std::string_view kind, const Fill& fill) {
  if (records_ > 0 && records_ % kRecordsAnElement == 0)
    out_ << kCloseElement << kOpenElement;
  else if (records_ > 0)
    out_ << ",\n";
  ++records_;
  JsonWriter json(out_.text(), JsonWriter::Within::page);
  json.open_array();
  json.element(kind);
  fill(json);
  json.close_array();
  out_.settle();
}

void HtmlReport::enter(const HtmlNode& node) {
  record("n", [&](JsonWriter& json) {
    json.element(depth_);
    json.element(escape(node.name));
    json.element(escape(node.verdict));
    json.element(name_of(node.tone));
    json.element(escape(node.note));
    json.element(std::int64_t{node.is_member});
  });
  ++depth_;
}

void HtmlReport::finding(const Finding& finding) {
  const std::size_t known = causes_.size(), cause = causes_.number_of(finding);
  if (cause == known)
    record("c", [&](JsonWriter& json) {
      json.element(escape(finding.format));
      json.element(escape(finding.field->name));
      json.element(escape(finding.field->hint));
      json.element(std::int64_t{finding.field->origin == Field::Origin::follows});
    });
  record("f", [&](JsonWriter& json) {
    json.element(static_cast<std::int64_t>(cause));
    json.element(escape(finding.before));
    json.element(escape(finding.after));
  });
}

void HtmlReport::remark(Tone tone, std::string_view text) {
  record("r", [&](JsonWriter& json) {
    json.element(name_of(tone));
    json.element(escape(text));
  });
}

void HtmlReport::diff(std::string_view text) {
  record("d", [&](JsonWriter& json) { json.element(text); });
}

void HtmlReport::finish(const HtmlHead& head) {
  out_ << kCloseElement << "<script type=\"application/json\" id=\"head\">";
  JsonWriter json(out_.text(), JsonWriter::Within::page);
  json.open_object();
  json.text("title", escape(head.title));
  json.text("summary", escape(head.summary));
  json.text("before", head.before);
  json.text("after", head.after);
  json.boolean("causes_first", head.causes_first);
  json.open_array("facts");
  for (const auto& [name, value] : head.facts) {
    json.open_array();
    json.element(escape(name));
    json.element(escape(value));
    json.close_array();
  }
  json.close_array();
  json.close_object();
  out_ << "</script>\n" << kPageAfterData;
}

}  // namespace normalize
