#include "driver/tree/file_work.h"

#include <fcntl.h>

#include <algorithm>
#include <new>

#include "driver/tree/attributes.h"
#include "driver/tree/file_source.h"
#include "driver/tree/replacement.h"
#include "normalizers/normalize.h"

namespace normalize {
namespace {

/// Opens a file that the walk has seen, and makes sure that it is still that file.
Descriptor open_as_walked(const Tree& tree, const NameOf& name, struct stat& status) {
  const Descriptor folder = tree.open(*name.folder);
  Descriptor file(::openat(folder.get(), name.entry->name.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) throw_errno("cannot open");
  if (::fstat(file.get(), &status) != 0) throw_errno("cannot look at it");
  if (identity_of(status) != name.entry->identity || mtime_of(status) != name.entry->mtime)
    throw ChangedMeanwhile();
  return file;
}

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

/// Names that the walk has not met go on naming the old file: whoever linked it there, to keep a
/// copy or a cache, gets what he had.
void mention_other_names(Inodes::Names names, const struct stat& status, FileReport& report) {
  const std::uint64_t links = status.st_nlink;
  if (links <= names.size()) return;
  report.journal.remarks.push_back(
      {Remark::Kind::note, "",
       "hard-linked outside of what was given: the other names keep the old bytes (" +
           std::to_string(links - names.size()) + " of " + std::to_string(links) + ")"});
}

void leave_sealed(const std::string& seal, const Rules& rules, FileReport& report) {
  const bool fail = rules.signed_files == SignedFiles::fail;
  report.outcome = FileReport::Outcome::already_normal;
  report.journal.findings.clear();
  report.journal.remarks.push_back({fail ? Remark::Kind::failed : Remark::Kind::note, "",
                                    "signed (" + seal + "); left as it was"});
}

}  // namespace

FileReport FileWork::run(Inodes::Names names) const {
  FileReport report;
  report.path = names.front().path();
  std::string& error = report.error;
  try {
    normalize(names, report);
    return report;
  } catch (const std::bad_alloc&) {
    error = "cannot read: out of memory";
  } catch (const std::exception& problem) {
    error = problem.what();
  }
  report.outcome = FileReport::Outcome::failed;
  report.journal.findings.clear();
  names.front().entry->settled = true;
  return report;
}

void FileWork::normalize(Inodes::Names names, FileReport& report) const {
  struct stat status {};
  const Descriptor file = open_as_walked(tree, names.front(), status);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const MemoryGate::Pass pass = memory.enter(size);
  FileSource source(file.get(), size);
  Result result = normalize_source(report.path, source, rules, &neighbours, services);
  report.outcome = outcome_of(result);
  report.format = result.format;
  report.journal = std::move(result.journal);
  if (report.outcome != FileReport::Outcome::changed) return;
  if (const auto seal = sealed_by(file.get())) return leave_sealed(*seal, rules, report);
  if (task.mode == Task::Mode::apply)
    replace(names, {file.get(), status}, result.content, report);
  else if (task.link_duplicates)
    forms.add(identity_of(status), result.content);
  mention_other_names(names, status, report);
}

void FileWork::replace(Inodes::Names names, const Original& original, const Content& content,
                       FileReport& report) const {
  const DiskTime before = mtime_of(original.status);
  const DiskTime after = normal_disk_time(before, rules);
  Replacement replacement(tree, writable, names, original);
  replacement.write(content);
  replacement.commit(after);
  report.time = disk_time_change(before, after);
  names.front().entry->settled = true;
}

}  // namespace normalize
