#include "driver/tree/normal_content.h"

#include <fcntl.h>

#include <algorithm>

#include "driver/tree/attributes.h"
#include "normalizers/normalize.h"

namespace normalize {
namespace {

FileReport::Outcome outcome_of(const Result& result) {
  using Outcome = FileReport::Outcome;
  const auto is_failure = [](const Remark& remark) { return remark.kind == Remark::Kind::failed; };
  switch (result.outcome) {
    case Result::Outcome::not_ours:
      return Outcome::not_ours;
    case Result::Outcome::already_normal:
      return Outcome::already_normal;
    case Result::Outcome::changed:
      return Outcome::changed;
    case Result::Outcome::damaged:
      break;
  }
  return std::ranges::any_of(result.journal.remarks, is_failure) ? Outcome::failed
                                                                 : Outcome::damaged;
}

void leave_sealed(const std::string& seal, const Rules& rules, FileReport& report) {
  const bool fail = rules.signed_files == SignedFiles::fail;
  report.outcome = FileReport::Outcome::already_normal;
  report.journal.findings.clear();
  report.journal.remarks.push_back({fail ? Remark::Kind::failed : Remark::Kind::note, "",
                                    "signed (" + seal + "); left as it was"});
}

}  // namespace

Descriptor open_as_walked(const Descriptor& folder, const Entry& entry, struct stat& status) {
  Descriptor file =
      open_at(folder.get(), entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!file) throw_errno("cannot open");
  if (::fstat(file.get(), &status) != 0) throw_errno("cannot look at it");
  if (identity_of(status) != entry.identity || mtime_of(status) != entry.mtime)
    throw ChangedMeanwhile();
  return file;
}

std::optional<Content> changed_content(int fd, FileSource& source, const Rules& rules,
                                       const Neighbours& neighbours, Services* services,
                                       FileReport& report) {
  Result result = normalize_source(report.path, source, rules, &neighbours, services);
  report.outcome = outcome_of(result);
  report.format = result.format;
  report.journal = std::move(result.journal);
  if (report.outcome != FileReport::Outcome::changed) return std::nullopt;
  if (const auto seal = sealed_by(fd)) {
    leave_sealed(*seal, rules, report);
    return std::nullopt;
  }
  return std::move(result.content);
}

}  // namespace normalize
