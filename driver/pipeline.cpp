// A run from the given paths to the report: walk, claim, normalize, replace, link, settle times.

#include "driver/pipeline.h"

#include <algorithm>
#include <map>

#include "driver/cache/cache.h"
#include "driver/parallel.h"
#include "driver/tree/disk_times.h"
#include "driver/tree/file_work.h"
#include "driver/tree/leftovers.h"
#include "driver/tree/link_duplicates.h"
#include "driver/tree/walk.h"

namespace normalize {
namespace {

using Outcome = FileReport::Outcome;

/// How many bytes of files all workers hold at a time, in memory or in storage; a larger file is
/// worked on alone. What is unpacked from each comes on top, within Rules::limits.
constexpr std::uint64_t kMostBytesHeld = std::uint64_t{1} << 30;

bool is_claimed(Inodes::Names names) {
  return std::ranges::any_of(names, [](const NameOf& name) { return name.entry->claimed; });
}

bool is_known(Inodes::Names names) {
  return std::ranges::all_of(names, [](const NameOf& name) { return name.entry->known; });
}

/// The claimed files that are not known to be normal, the largest first, so that none of the large
/// ones begins when all others are done.
std::vector<Inodes::Names> claimed_files(const Inodes& inodes) {
  struct Claimed {
    Inodes::Names names;
    std::string path;
    std::uint64_t size() const { return names.front().entry->size; }
  };
  std::vector<Claimed> claimed;
  for (const Inodes::Names names : inodes.all())
    if (is_claimed(names) && !is_known(names)) claimed.push_back({names, names.front().path()});
  std::ranges::sort(claimed, [](const Claimed& a, const Claimed& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.path < b.path;
  });
  std::vector<Inodes::Names> files;
  for (const Claimed& file : claimed) files.push_back(file.names);
  return files;
}

void begin_progress(const Task& task, const std::vector<Inodes::Names>& files) {
  if (!task.progress) return;
  std::uint64_t bytes = 0;
  for (const Inodes::Names names : files) bytes += names.front().entry->size;
  task.progress->begin(task.mode == Task::Mode::check ? "checking" : "normalizing", files.size(),
                       bytes);
}

std::vector<FileReport> normalize_files(const FileWork& work,
                                        const std::vector<Inodes::Names>& files) {
  std::vector<FileReport> reports(
      files.size());  // slot i is written by whoever takes file i, alone
  begin_progress(work.task, files);
  for_each_index(files.size(), work.task.jobs, [&](std::size_t i) {
    reports[i] = work.run(files[i]);
    add_progress(work.task.progress, files[i].front().entry->size);
  });
  return reports;
}

/// Folders in which a replacement was made, or given up, have lost their times.
void mark_touched(const std::vector<Inodes::Names>& files, const std::vector<FileReport>& reports) {
  for (std::size_t i = 0; i < files.size(); ++i)
    if (reports[i].outcome == Outcome::changed || reports[i].outcome == Outcome::failed)
      for (const NameOf& name : files[i]) name.folder->touched = true;
}

/// Brings together what the steps of a run have to say of one path.
class Collector {
 public:
  void add(FileReport report) {
    const auto [at, is_new] = reports_.try_emplace(report.path);
    FileReport& known = at->second;
    if (is_new) {
      known = std::move(report);
      return;
    }
    if (report.time) known.time = std::move(report.time);
    if (report.link) known.link = std::move(report.link);
    std::ranges::move(report.journal.remarks, std::back_inserter(known.journal.remarks));
    if (report.outcome != Outcome::failed) return;
    if (known.outcome == Outcome::changed) {  // and so not left as it was
      known.journal.remarks.push_back({Remark::Kind::failed, "", std::move(report.error)});
      return;
    }
    known.outcome = Outcome::failed;
    known.error = std::move(report.error);
  }

  void add(const Tree::Failure& failure) {
    FileReport report;
    report.path = failure.path;
    report.outcome = Outcome::failed;
    report.error = failure.error;
    add(std::move(report));
  }

  void add_note(std::string path, std::string text) {
    FileReport report;
    report.path = std::move(path);
    report.journal.remarks.push_back({Remark::Kind::note, "", std::move(text)});
    add(std::move(report));
  }

  /// Counts and hands over; `report.summary` has what the walk counted.
  void finish(RunReport& report) && {
    Summary& summary = report.summary;
    report.files.reserve(static_cast<std::size_t>(std::ranges::count_if(
        reports_, [](const auto& each) { return has_something_to_say(each.second); })));
    for (auto& [path, file] : reports_) {
      summary.changed += file.outcome == Outcome::changed;
      summary.damaged += file.outcome == Outcome::damaged;
      summary.failed += file.outcome == Outcome::failed;
      summary.times_changed += file.time.has_value();
      summary.linked += file.link.has_value();
      if (has_something_to_say(file)) report.files.push_back(std::move(file));
    }
  }

 private:
  static bool has_something_to_say(const FileReport& file) {
    return file.time || file.link || !file.journal.remarks.empty() ||
           (file.outcome != Outcome::not_ours && file.outcome != Outcome::already_normal);
  }

  std::map<std::string, FileReport> reports_;  // std::string compares as bytes
};

std::size_t count_known(const Inodes& inodes) {
  return static_cast<std::size_t>(std::ranges::count_if(
      inodes.all(), [](Inodes::Names names) { return is_claimed(names) && is_known(names); }));
}

void count_walked(const Tree& tree, const Inodes& inodes, Summary& summary) {
  for (const Inodes::Names names : inodes.all())
    ++(names.front().entry->kind == Entry::Kind::file ? summary.files : summary.others);
  for (const Folder& folder : tree.folders) {
    summary.folders += folder.walked;
    for (const Entry& entry : folder.entries) {
      if (entry.kind == Entry::Kind::other) ++summary.others;
      if (entry.failed) ++(entry.kind == Entry::Kind::file ? summary.files : summary.others);
    }
  }
}

/// What somebody has named on the command line and we pass over is worth a word.
void note_given_others(const Tree& tree, Collector& collector) {
  for (const Folder& folder : tree.folders)
    for (const Entry& entry : folder.entries) {
      if (!entry.given || entry.kind == Entry::Kind::file) continue;
      collector.add_note(folder.path_of(entry.name), entry.kind == Entry::Kind::link
                                                         ? "a symbolic link; not followed"
                                                         : "not a regular file; left as it was");
    }
}

}  // namespace

RunReport run_pipeline(const Task& task, const Rules& rules, Services* services) {
  RunReport report;
  Tree tree = walk(task, rules);
  if (task.cache) task.cache->expect_outside(tree);
  WritableFolders writable;
  if (task.mode == Task::Mode::apply)
    report.summary.leftovers_removed = remove_leftovers(tree, writable);

  const Inodes inodes(tree);
  const DiskNeighbours neighbours(tree, rules);
  if (task.cache) task.cache->ask_again(tree, neighbours);
  const std::vector<Inodes::Names> files = claimed_files(inodes);
  MemoryGate memory(kMostBytesHeld);
  NormalForms forms;
  std::vector<FileReport> reports =
      normalize_files({task, rules, tree, neighbours, writable, memory, forms, services}, files);
  mark_touched(files, reports);

  Collector collector;
  report.summary.claimed = count_known(inodes);
  for (FileReport& file : reports) {
    report.summary.claimed += file.outcome != Outcome::not_ours;
    collector.add(std::move(file));
  }
  reports = {};  // a hundred thousand are 40 MB, even when they are empty
  if (task.link_duplicates) {
    if (task.progress) task.progress->begin("looking for duplicates");
    LinkedFiles linked = link_duplicates(task, rules, tree, writable, forms);
    report.summary.bytes_saved = linked.bytes_saved;
    for (FileReport& file : linked.reports) collector.add(std::move(file));
  }
  if (task.progress) task.progress->begin("settling times on disk");
  for (FileReport& file : settle_disk_times(task, rules, tree, inodes))
    collector.add(std::move(file));
  if (task.cache) task.cache->keep(tree);
  for (const Tree::Failure& failure : tree.failures) collector.add(failure);
  for (const Tree::Failure& failure : writable.failures()) collector.add(failure);
  note_given_others(tree, collector);
  count_walked(tree, inodes, report.summary);
  std::move(collector).finish(report);
  return report;
}

}  // namespace normalize
