#include "driver/tree/normal_tree.h"

#include <fcntl.h>

#include <algorithm>

#include "driver/tree/account_names.h"
#include "driver/tree/attributes.h"
#include "driver/tree/device_numbers.h"
#include "driver/tree/walk.h"
#include "driver/usage_error.h"
#include "rules/mode.h"
#include "rules/owners.h"
#include "rules/rule_set.h"

namespace normalize {
namespace {

using Type = NormalName::Type;

Type type_of(mode_t mode) {
  if (S_ISDIR(mode)) return Type::folder;
  if (S_ISLNK(mode)) return Type::link;
  if (S_ISCHR(mode)) return Type::character;
  if (S_ISBLK(mode)) return Type::block;
  if (S_ISFIFO(mode)) return Type::pipe;
  if (S_ISSOCK(mode)) return Type::socket;
  return Type::file;
}

std::string target_of(const Descriptor& folder, const std::string& name, std::size_t size) {
  std::string target(std::max<std::size_t>(size, 1) + 1, '\0');
  const ssize_t count = ::readlinkat(folder.get(), name.c_str(), target.data(), target.size());
  if (count < 0) throw_errno("cannot read the link");
  if (static_cast<std::size_t>(count) == target.size()) throw ChangedMeanwhile();
  target.resize(static_cast<std::size_t>(count));
  return target;
}

/// A program with the set-user- or set-group-ID bit must not become root's.
Owners owners_of(const struct stat& status, const Rules& rules) {
  const bool set_id = (status.st_mode & (S_ISUID | S_ISGID)) != 0;
  return set_id && (status.st_uid != 0 || status.st_gid != 0) ? Owners::keep : rules.owners;
}

void set_owner(NormalName& name, const struct stat& status, const Rules& rules) {
  const Owners owners = owners_of(status, rules);
  name.uid = normal_owner(status.st_uid, owners);
  name.gid = normal_owner(status.st_gid, owners);
  if (owners == Owners::root) return;
  name.uname = normal_owner_name(user_name(status.st_uid), status.st_uid, owners);
  name.gname = normal_owner_name(group_name(status.st_gid), status.st_gid, owners);
}

NormalName name_of(const struct stat& status, const Rules& rules) {
  NormalName name;
  name.type = type_of(status.st_mode);
  name.mode = normal_mode(status.st_mode, rules) & 07777;
  name.mtime = normal_disk_time(mtime_of(status), rules);
  name.links = status.st_nlink;
  name.size = static_cast<std::uint64_t>(status.st_size);
  name.has_holes = static_cast<std::uint64_t>(status.st_blocks) * 512 < name.size;
  if (name.type == Type::character || name.type == Type::block) {
    name.major = major(status.st_rdev);
    name.minor = minor(status.st_rdev);
  }
  set_owner(name, status, rules);
  return name;
}

NormalName as_on_disk(NormalName name, const struct stat& status) {
  name.mode = status.st_mode & 07777;
  name.uid = status.st_uid;
  name.gid = status.st_gid;
  name.uname = name.gname = "";
  name.mtime = mtime_of(status);
  return name;
}

/// Without "./" in front of it and doubled slashes in it.
std::string clean_path(std::string_view given) {
  if (given.starts_with('/')) throw UsageError(std::string(given) + ": an absolute path");
  std::string clean;
  for (std::string_view rest = given; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    if (part == "..") throw UsageError(std::string(given) + ": has .. in it");
    if (!part.empty() && part != ".") clean = join_path(clean, part);
  }
  return clean;
}

}  // namespace

const Descriptor& OpenFolder::open(const Folder& folder) {
  if (&folder != folder_) {
    opened_ = tree_.open(folder);
    folder_ = &folder;
  }
  return opened_;
}

NormalTree::NormalTree(const Task& task, const Rules& rules, Services* services, Naming naming)
    : rules_(rules), services_(services), progress_(task.progress), tree_(walk(task, rules)) {
  neighbours_ = std::make_unique<DiskNeighbours>(tree_, rules_);
  add_names(naming);
  find_links();
}

void NormalTree::begin_step(std::string_view step) const {
  if (!progress_) return;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < size(); ++i) bytes += size_on_disk(i);
  progress_->begin(step, size(), bytes);
}

void NormalTree::add_names(Naming naming) {
  for (const Folder& folder : tree_.folders) {
    if (folder.walked) add(naming, folder, nullptr);
    for (const Entry& entry : folder.entries)
      if (!entry.failed) add(naming, folder, &entry);
  }
  std::ranges::sort(names_, {}, &Name::path);
  const auto [first, last] = std::ranges::unique(names_, {}, &Name::path);
  names_.erase(first, last);
}

void NormalTree::add(Naming naming, const Folder& folder, const Entry* entry) {
  const std::string path = entry ? folder.path_of(entry->name) : folder.path;
  std::string below =
      naming == Naming::as_given ? clean_path(path) : std::string(folder.below_root_of(path));
  if (!entry && !below.empty()) below += '/';
  names_.push_back({std::move(below), &folder, entry});
}

void NormalTree::find_links() {
  std::map<Identity, std::size_t> first;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Entry* const entry = names_[i].entry;
    if (!entry || entry->kind != Entry::Kind::file || entry->links == 1) continue;
    const auto [at, is_new] = first.emplace(entry->identity, i);
    if (!is_new) links_.emplace(i, at->second);
  }
}

std::string NormalTree::full_path(std::size_t index) const {
  const Name& name = names_[index];
  return name.entry ? name.folder->path_of(name.entry->name) : name.folder->path;
}

std::optional<std::size_t> NormalTree::link_to(std::size_t index) const {
  const auto found = links_.find(index);
  return found == links_.end() ? std::nullopt : std::optional(found->second);
}

bool NormalTree::is_file(std::size_t index) const {
  return names_[index].entry && names_[index].entry->kind == Entry::Kind::file;
}

bool NormalTree::is_claimed(std::size_t index) const {
  return is_file(index) && names_[index].entry->claimed;
}

std::uint64_t NormalTree::size_on_disk(std::size_t index) const {
  return is_file(index) ? names_[index].entry->size : 0;
}

NormalTree::Names NormalTree::look_twice(std::size_t index, OpenFolder& folder) const {
  const Name& name = names_[index];
  const Descriptor& opened = folder.open(*name.folder);
  struct stat status {};
  if (!name.entry) {
    if (::fstat(opened.get(), &status) != 0) throw_errno("cannot look at it");
  } else if (::fstatat(opened.get(), name.entry->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    throw_errno("cannot look at it");
  }
  const bool known = name.entry && name.entry->kind != Entry::Kind::other;
  if (known && identity_of(status) != name.entry->identity) throw ChangedMeanwhile();
  NormalName looked = name_of(status, rules_at(rules_, full_path(index)));
  if (looked.type == Type::link) looked.target = target_of(opened, name.entry->name, looked.size);
  NormalName on_disk = as_on_disk(looked, status);
  return {std::move(looked), std::move(on_disk)};
}

NormalTree::OpenFile NormalTree::open_on_disk(std::size_t index, OpenFolder& folder) const {
  struct stat status {};
  OpenFile open;
  open.file = open_as_walked(folder.open(*names_[index].folder), *names_[index].entry, status);
  open.names.normal = name_of(status, rules_at(rules_, full_path(index)));
  open.names.on_disk = as_on_disk(open.names.normal, status);
  return open;
}

std::unique_ptr<NormalFile> NormalTree::open(std::size_t index, OpenFolder& folder) const {
  const Name& name = names_[index];
  return std::make_unique<NormalFile>(folder.open(*name.folder), *name.entry, full_path(index),
                                      rules_at(rules_, full_path(index)), *neighbours_, services_);
}

Attributes NormalTree::attributes(std::size_t index, OpenFolder& folder) const {
  const Name& name = names_[index];
  const Descriptor& opened = folder.open(*name.folder);
  return name.entry ? attributes_of({opened.get(), name.entry->name})
                    : attributes_of({opened.get()});
}

}  // namespace normalize
