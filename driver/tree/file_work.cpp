#include "driver/tree/file_work.h"

#include <new>

#include "driver/tree/normal_content.h"

namespace normalize {
namespace {

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
  const NameOf& name = names.front();
  struct stat status {};
  const Descriptor file = open_as_walked(tree.open(*name.folder), *name.entry, status);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const MemoryGate::Pass pass = memory.enter(size);
  FileSource source(file.get(), size);
  const auto content = changed_content(file.get(), source, rules, neighbours, services, report);
  if (!content) return;
  if (task.mode == Task::Mode::apply)
    replace(names, {file.get(), status}, *content, report);
  else if (task.link_duplicates)
    forms.add(identity_of(status), *content);
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
