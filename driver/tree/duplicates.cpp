#include "driver/tree/duplicates.h"

#include <fcntl.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "driver/parallel.h"
#include "driver/tree/attributes.h"
#include "driver/tree/file_source.h"
#include "rules/rule_set.h"

namespace normalize {
namespace {

using Failures = Guarded<std::vector<Tree::Failure>>;

struct Name {
  NameOf name;
  struct stat status;
};

/// A file that may have a duplicate.
struct Candidate {
  FileOnDisk file;
  Bytes digest;  // of its bytes once they are normal; empty where they could not be read
  std::string attributes;
};

/// What one look at a file's status can tell; device and tree keep the rest apart.
auto status_key(const Candidate& candidate, const Rules& rules) {
  const struct stat& status = candidate.file.status;
  const DiskTime time = normal_disk_time(mtime_of(status), rules_at(rules, candidate.file.path));
  return std::make_tuple(candidate.file.names.front().folder->root, status.st_dev,
                         candidate.file.size, status.st_uid, status.st_gid, status.st_mode, time);
}

std::vector<Name> look_at_names(const Tree& tree, Folder& folder, Failures& failures) {
  std::vector<Name> names;
  if (folder.entries.empty()) return names;
  const Descriptor opened = tree.open(folder);
  for (Entry& entry : folder.entries) {
    if (entry.kind != Entry::Kind::file || entry.failed) continue;
    struct stat status {};
    if (::fstatat(opened.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      if (S_ISREG(status.st_mode)) names.push_back({{&folder, &entry}, status});
    } else if (const int error = errno; error != ENOENT) {
      failures.with([&](auto& all) {
        all.push_back({folder.path_of(entry.name),
                       "cannot look at it again: " + std::generic_category().message(error)});
      });
    }
  }
  return names;
}

/// The names in all folders that were walked; files that were given by name stand for themselves.
std::vector<Name> look_at_all_names(const Task& task, Tree& tree, Failures& failures) {
  std::vector<std::vector<Name>> of_folder(tree.folders.size());
  for_each_index(tree.folders.size(), task.jobs, [&](std::size_t i) {
    Folder& folder = tree.folders[i];
    if (!folder.walked) return;
    try {
      of_folder[i] = look_at_names(tree, folder, failures);
    } catch (const std::exception& error) {
      failures.with([&](auto& all) { all.push_back({folder.path, error.what()}); });
    }
  });
  std::vector<Name> names;
  for (const auto& each : of_folder) names.insert(names.end(), each.begin(), each.end());
  return names;
}

FileOnDisk file_of(const std::vector<Name>& names) {
  std::vector<std::pair<std::string, NameOf>> by_path;
  for (const Name& each : names) by_path.emplace_back(each.name.path(), each.name);
  std::ranges::sort(by_path, {}, [](const auto& item) -> const std::string& { return item.first; });
  FileOnDisk file;
  file.path = by_path.front().first;
  for (const auto& [path, name] : by_path) file.names.push_back(name);
  file.status = names.front().status;
  file.size = static_cast<std::uint64_t>(file.status.st_size);
  return file;
}

/// The files whose every name is in one tree, sorted by path.
std::vector<Candidate> collect_candidates(const std::vector<Name>& names, NormalForms& forms) {
  std::map<std::pair<std::size_t, Identity>, std::vector<Name>> by_file;
  for (const Name& each : names)
    by_file[{each.name.folder->root, identity_of(each.status)}].push_back(each);
  std::vector<Candidate> candidates;
  for (const auto& [key, all] : by_file) {
    if (all.front().status.st_nlink != all.size()) continue;
    Candidate candidate;
    candidate.file = file_of(all);
    if (const auto form = forms.of(key.second)) {
      candidate.file.size = form->size;
      candidate.file.is_to_change = true;
      candidate.digest = form->digest;
    }
    if (candidate.file.size > 0) candidates.push_back(std::move(candidate));
  }
  std::ranges::sort(candidates, {}, [](const Candidate& each) { return each.file.path; });
  return candidates;
}

/// Keeps the groups of candidates that have one key, of two members or more, in the order of their
/// first members.
template <typename KeyOf>
std::vector<std::vector<Candidate*>> grouped(const std::vector<Candidate*>& candidates,
                                             const KeyOf& key_of) {
  std::map<decltype(key_of(*candidates.front())), std::vector<Candidate*>> by_key;
  for (Candidate* each : candidates) by_key[key_of(*each)].push_back(each);
  std::vector<std::vector<Candidate*>> groups;
  for (auto& [key, group] : by_key)
    if (group.size() > 1) groups.push_back(std::move(group));
  std::ranges::sort(groups, {}, [](const auto& group) { return group.front()->file.path; });
  return groups;
}

Bytes digest_of(int file, std::uint64_t size) {
  constexpr std::size_t kBlock = std::size_t{1} << 17;
  RunningDigest digest;
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(size, kBlock)));
  for (std::uint64_t at = 0; at < size;) {
    const ssize_t got = ::pread(file, block.data(), block.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_errno("cannot read");
    if (got == 0) throw ChangedMeanwhile();
    digest.add(ByteView(block).first(static_cast<std::size_t>(got)));
    at += static_cast<std::uint64_t>(got);
  }
  return digest.finish();
}

void read(const Tree& tree, Candidate& candidate) {
  const NameOf& name = candidate.file.names.front();
  const Descriptor folder = tree.open(*name.folder);
  const Descriptor file =
      open_at(folder.get(), name.entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  struct stat status {};
  if (!file) throw_errno("cannot open");
  if (::fstat(file.get(), &status) != 0) throw_errno("cannot look at it");
  if (identity_of(status) != identity_of(candidate.file.status) ||
      ctime_of(status) != ctime_of(candidate.file.status))
    throw ChangedMeanwhile();
  candidate.attributes = extended_attributes(file.get());
  if (candidate.digest.empty()) candidate.digest = digest_of(file.get(), candidate.file.size);
}

void read_all(const Task& task, const Tree& tree, const std::vector<Candidate*>& candidates,
              Failures& failures) {
  for_each_index(candidates.size(), task.jobs, [&](std::size_t i) {
    Candidate& candidate = *candidates[i];
    try {
      read(tree, candidate);
    } catch (const std::exception& error) {
      candidate.digest.clear();
      failures.with([&](auto& all) { all.push_back({candidate.file.path, error.what()}); });
    }
  });
}

std::vector<Candidate*> flattened(const std::vector<std::vector<Candidate*>>& groups) {
  std::vector<Candidate*> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace

Duplicates find_duplicates(const Task& task, const Rules& rules, Tree& tree, NormalForms& forms) {
  Failures failures;
  std::vector<Candidate> candidates =
      collect_candidates(look_at_all_names(task, tree, failures), forms);
  std::vector<Candidate*> all;
  for (Candidate& each : candidates) all.push_back(&each);

  Rules settling = rules;  // where we leave times, whoever packs the tree lowers them
  settling.disk_times = true;
  const auto by_status = [&](const Candidate& each) { return status_key(each, settling); };
  std::vector<Candidate*> alike = flattened(grouped(all, by_status));
  read_all(task, tree, alike, failures);
  std::erase_if(alike, [](const Candidate* each) { return each->digest.empty(); });

  Duplicates found;
  const auto by_everything = [&](const Candidate& each) {
    return std::tuple_cat(status_key(each, settling), std::tie(each.digest, each.attributes));
  };
  for (const auto& group : grouped(alike, by_everything)) {
    auto& files = found.groups.emplace_back();
    for (Candidate* each : group) files.push_back(std::move(each->file));
  }
  failures.with([&](auto& list) { found.failures = std::move(list); });
  return found;
}

}  // namespace normalize
