// Times. An extra field that tells the time in UTC is believed, and the DOS time follows from it,
// so that builds in two zones meet; a DOS time alone is read as UTC.

#include "normalizers/zip/times.h"

#include <unordered_map>

#include "normalizers/zip/dos_time.h"
#include "normalizers/zip/extra.h"
#include "normalizers/zip/findings.h"

namespace normalize::zip {
namespace {

constexpr Field kModified{"last mod file time", "TZ=UTC, touch -d @$SOURCE_DATE_EPOCH; jar --date"};
constexpr std::int64_t kMostUnixTime = 0x7fff'ffff;
constexpr std::int64_t kLeastUnixTime = -0x8000'0000LL;

/// An extra field holds what came before 1980 as well; but where there is no epoch it becomes
/// what the DOS time becomes.
TimeRange utc_range(const Rules& rules) {
  return {rules.epoch ? kLeastUnixTime : kDosRange.floor, kMostUnixTime};
}

EntryTime normal_time(const Entry& entry, const Rules& rules) {
  if (const auto utc = utc_time(entry)) {
    const std::int64_t after = rules.normal_time(*utc, utc_range(rules));
    // strict drops the field that could tell an odd second or a year before 1980
    return {*utc, rules.strict() ? rules.normal_time(after, kDosRange) : after, true};
  }
  const std::int64_t before = to_seconds(entry.central.modified);
  return {before, rules.normal_time(before, kDosRange), false};
}

/// Leaves a note, once, where the epoch is none that a DOS time holds.
void check_epoch(Context& context) {
  const std::int64_t normal = context.rules().normal_time(kDosRange.ceiling, kDosRange);
  context.settle_time(kModified, normal, kDosRange);
}

std::string_view source_stem(std::string_view name) {
  for (const std::string_view suffix : {".clj", ".cljc"})
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  return {};
}

/// Clojure loads a class only if it is newer than its source, and otherwise compiles anew at every
/// start (clojure.lang.RT.load). What was newer stays so by one step of a DOS time.
void keep_sources_older(const Archive& archive, std::vector<EntryTime>& times) {
  std::unordered_map<std::string_view, std::size_t> classes;
  for (std::size_t i = 0; i < times.size(); ++i)
    if (archive.entries[i].text_name().ends_with("__init.class"))
      classes.emplace(archive.entries[i].text_name(), i);
  if (classes.empty()) return;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::string_view stem = source_stem(archive.entries[i].text_name());
    if (stem.empty()) continue;
    const auto found = classes.find(std::string(stem) + "__init.class");
    if (found == classes.end()) continue;
    EntryTime &source = times[i], &compiled = times[found->second];
    if (source.before >= compiled.before) continue;
    const std::int64_t step = kDosRange.step;
    const std::int64_t second = compiled.after - (compiled.after - kDosRange.floor) % step;
    if (source.after <= second - step) continue;
    if (second - step >= kDosRange.floor)
      source.after = second - step;
    else
      source.after = kDosRange.floor, compiled.after = kDosRange.floor + step;
  }
}

}  // namespace

std::vector<EntryTime> normal_times(const Archive& archive, Context& context) {
  check_epoch(context);
  std::vector<EntryTime> times;
  times.reserve(archive.entries.size());
  for (const Entry& entry : archive.entries) times.push_back(normal_time(entry, context.rules()));
  keep_sources_older(archive, times);
  return times;
}

void settle_dos_time(Entry& entry, const EntryTime& time, Context& context) {
  if (entry.is_encrypted() && entry.has_flag(kDescriptorFollows) && entry.central.method != kAes) {
    // Section 6.1.6, as Info-ZIP reads it: with bit 3 the time is what a password is checked by.
    context.note("encrypted; its time is part of the password check and stays", entry.text_name());
    return;
  }
  const std::int64_t in_range = std::clamp(time.after, kDosRange.floor, kDosRange.ceiling);
  const DosTime after = to_dos_time(in_range);
  EntryFindings findings;
  for (DosTime* field : {&entry.central.modified, &entry.local.modified}) {
    if (*field == after) continue;
    findings.changed(kModified, to_text(*field), to_text(after));
    *field = after;
  }
  findings.report(context, entry.text_name());
}

}  // namespace normalize::zip
