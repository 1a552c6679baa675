#include "driver/tree/file_work.h"

#include <new>

#include "driver/cache/cache.h"
#include "driver/cache/watched.h"
#include "driver/tree/normal_content.h"
#include "rules/rule_set.h"

namespace normalize {
namespace {

/// A name in a part of the tree that could not be looked at would go on naming the old file.
void expect_all_names_known(Inodes::Names names, const struct stat& status, const Tree& tree) {
  if (status.st_nlink > names.size() && !tree.failures.empty())
    throw std::runtime_error("may have names where the tree could not be read");
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

bool is_normal(const FileReport& report) {
  using Outcome = FileReport::Outcome;
  return (report.outcome == Outcome::already_normal || report.outcome == Outcome::not_ours) &&
         report.journal.remarks.empty();
}

}  // namespace

FileReport FileWork::run(Inodes::Names names) const {
  for (const NameOf& name : names)
    name.entry->known = name.entry->normal = name.entry->asked = false;  // until it is so
  FileReport report;
  report.path = names.front().path();
  std::string& error = report.error;
  try {
    normalize(names, report);
    return report;
  } catch (const PartlyReplaced& problem) {
    report.journal.remarks.push_back({Remark::Kind::failed, "", problem.what()});
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
  Descriptor file = open_as_walked(tree.open(*name.folder), *name.entry, status);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const MemoryGate::Pass pass = memory.enter(size);
  FileSource source(file.get(), size);
  const WatchedNeighbours beside(neighbours);
  std::optional<WatchedServices> helpers;
  if (services) helpers.emplace(*services);
  const auto content = changed_content(file.get(), source, rules_at(rules, report.path), beside,
                                       helpers ? &*helpers : nullptr, report);
  if (!content) {
    const bool by_others = beside.gave_bytes() || (helpers && helpers->were_asked());
    if (is_normal(report) && !by_others) remember(names, report, beside.answers());
    return;
  }
  expect_all_names_known(names, status, tree);
  if (task.mode == Task::Mode::apply)
    replace(names, {std::move(file), status}, *content, report);
  else if (task.link_duplicates)
    forms.add(identity_of(status), *content);
  if (task.mentions_other_names) mention_other_names(names, status, report);
}

void FileWork::remember(Inodes::Names names, const FileReport& report,
                        const std::vector<CacheAnswer>& answers) const {
  const bool recognized = report.outcome != FileReport::Outcome::not_ours;
  if (!task.cache || (!answers.empty() && (names.size() > 1 || !recognized))) return;
  for (const NameOf& name : names) {
    name.entry->recognized = recognized;
    name.entry->normal = task.cache->is_old(*name.entry);
    name.entry->asked = !answers.empty();
  }
  if (!answers.empty()) task.cache->add_answers(*names.front().entry, report.path, answers);
}

void FileWork::replace(Inodes::Names names, Original original, const Content& content,
                       FileReport& report) const {
  const DiskTime before = mtime_of(original.status);
  const DiskTime after = normal_disk_time(before, rules_at(rules, report.path));
  Replacement replacement(tree, writable, names, std::move(original));
  replacement.write(content);
  replacement.commit(after);
  report.time = disk_time_change(before, after);
  names.front().entry->settled = true;
}

}  // namespace normalize
