// A run's files as a tree of folders, files, members and members of those.

#include "driver/report/run_html.h"

#include <algorithm>
#include <vector>

#include "driver/report/html.h"
#include "driver/report/text.h"
#include "normalizers/codec/recipes.h"
#include "normalizers/version.h"
#include "rules/format_time.h"

namespace normalize {
namespace {

using Outcome = FileReport::Outcome;

/// The parts of a path, those of a file's name within its containers too.
struct Place {
  std::vector<std::string_view> parts;
  std::size_t members = 0;  // how many of the last parts are
};

void split(std::string_view text, char separator, std::vector<std::string_view>& parts) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Place place_of(std::string_view path, std::string_view member) {
  Place place;
  if (path.starts_with('/')) place.parts.push_back("/");
  split(path, '/', place.parts);
  const std::size_t folders = place.parts.size();
  split(member, '!', place.parts);
  place.members = place.parts.size() - folders;
  return place;
}

/// Whether `a` stands before `b` where what `separator` ends is compared part by part, so that
/// nothing stands between a folder and what is in it.
bool is_before(std::string_view a, std::string_view b, char separator) {
  return std::ranges::lexicographical_compare(a, b, [&](char left, char right) {
    const auto rank = [&](char c) { return c == separator ? -1 : static_cast<unsigned char>(c); };
    return rank(left) < rank(right);
  });
}

/// Opens and closes nodes on the way from one place to the next.
class Walk {
 public:
  explicit Walk(HtmlReport& page) : page_(page) {}

  /// Comes to `place`; its node, where it is not open yet, says what `node` does.
  void go_to(const Place& place, HtmlNode node) {
    const std::size_t common = common_parts(place);
    leave_to(common);
    for (std::size_t i = common; i < place.parts.size(); ++i) {
      HtmlNode step = i + 1 == place.parts.size() ? node : HtmlNode{};
      step.name = place.parts[i];
      step.is_member = i + place.members >= place.parts.size();
      page_.enter(step);
      open_.emplace_back(place.parts[i]);
    }
  }
  void leave_to(std::size_t depth) {
    for (; open_.size() > depth; open_.pop_back()) page_.leave();
  }

 private:
  std::size_t common_parts(const Place& place) const {
    return static_cast<std::size_t>(std::ranges::mismatch(open_, place.parts).in1 - open_.begin());
  }

  HtmlReport& page_;
  std::vector<std::string> open_;
};

HtmlNode node_of(const FileReport& file, bool check) {
  HtmlNode node{.note = file.format};
  const auto verdict = [&](std::string_view text, Tone tone) {
    node.verdict = text;
    node.tone = tone;
  };
  if (file.outcome == Outcome::failed)
    verdict("failed", Tone::bad);
  else if (file.outcome == Outcome::damaged)
    verdict("damaged", Tone::bad);
  else if (file.outcome == Outcome::changed)
    verdict(check ? "would change" : "changed", Tone::noise);
  else if (file.link)
    verdict("duplicate", Tone::noise);
  else if (file.time)
    verdict("time on disk", Tone::noise);
  else
    verdict("left alone", Tone::quiet);
  return node;
}

Tone tone_of(Remark::Kind kind) { return kind == Remark::Kind::note ? Tone::quiet : Tone::bad; }

/// What the journal has to say, in the order of members; of one member in its own order.
struct Said {
  std::string_view member;
  std::size_t index;
  bool is_remark;
};

std::vector<Said> in_order(const Journal& journal) {
  std::vector<Said> said;
  said.reserve(journal.findings.size() + journal.remarks.size());
  std::size_t index = 0;
  for (const Finding& finding : journal.findings) said.push_back({finding.member, index++, false});
  index = 0;
  for (const Remark& remark : journal.remarks) said.push_back({remark.member, index++, true});
  std::ranges::stable_sort(
      said, [](const Said& a, const Said& b) { return is_before(a.member, b.member, '!'); });
  return said;
}

void write_remark(const Remark& remark, HtmlReport& page) {
  page.remark(tone_of(remark.kind), remark.text);
  if (!remark.detail.empty()) page.diff(remark.detail);
}

void write_file(const FileReport& file, bool check, HtmlReport& page, Walk& walk) {
  walk.go_to(place_of(file.path, ""), node_of(file, check));
  if (!file.error.empty()) page.remark(Tone::bad, file.error);
  if (file.time) page.finding(file.time->finding());
  if (file.link) page.finding(file.link->finding());
  for (const Said& each : in_order(file.journal)) {
    if (!each.member.empty()) walk.go_to(place_of(file.path, each.member), {});
    if (each.is_remark)
      write_remark(file.journal.remarks[each.index], page);
    else
      page.finding(file.journal.findings[each.index]);
  }
}

HtmlHead head_of(const RunReport& report, const RunFacts& facts) {
  const bool check = facts.command == "check";
  HtmlHead head{.title = "normalize " + std::string(facts.command),
                .summary = summary_line(report.summary, check),
                .causes_first = true};
  head.facts.emplace_back(
      "epoch",
      facts.epoch ? std::to_string(*facts.epoch) + " (" + format_time(*facts.epoch) + ")" : "none");
  head.facts.emplace_back("normalize", program_version());
  head.facts.emplace_back("canon", std::to_string(kCanon));
  return head;
}

}  // namespace

void write_html(const RunReport& report, const RunFacts& facts, Output& out) {
  std::vector<const FileReport*> files;
  for (const FileReport& file : report.files) files.push_back(&file);
  std::ranges::stable_sort(files, [](const FileReport* a, const FileReport* b) {
    return is_before(a->path, b->path, '/');
  });
  HtmlReport page(out);
  Walk walk(page);
  for (const FileReport* file : files) write_file(*file, facts.command == "check", page, walk);
  walk.leave_to(0);
  page.finish(head_of(report, facts));
}

}  // namespace normalize
