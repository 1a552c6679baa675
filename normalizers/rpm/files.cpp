#include "normalizers/rpm/files.h"

#include <utility>

namespace normalize::rpm {
namespace {

[[noreturn]] void fail(const std::string& problem) { throw FormatError(0, problem); }

/// Thousands of names may share a folder whose name is long.
std::vector<std::string> read_paths(const Header& header, Context& context) {
  if (header.has(tag::kOldFileNames)) return header.strings(tag::kOldFileNames);
  std::vector<std::string> paths = header.strings(tag::kBaseNames);
  const auto folders = header.strings(tag::kDirNames);
  const auto indexes = header.numbers(tag::kDirIndexes);
  if (indexes.size() != paths.size()) fail("DIRINDEXES are not as many as BASENAMES");
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (indexes[i] >= folders.size()) fail("DIRINDEXES point behind DIRNAMES");
    const std::string& folder = folders[static_cast<std::size_t>(indexes[i])];
    context.spend(folder.size());
    paths[i].insert(0, folder);
  }
  return paths;
}

/// The list of a tag; zeros where it is not there.
std::vector<std::uint64_t> numbers_for(const Header& header, std::uint32_t tag, std::size_t count) {
  auto values = header.numbers(tag);
  if (!header.has(tag)) values.resize(count);
  if (values.size() != count) fail("tag " + std::to_string(tag) + " has not one value a file");
  return values;
}

std::vector<std::string> strings_for(const Header& header, std::uint32_t tag, std::size_t count) {
  auto values = header.strings(tag);
  if (!header.has(tag)) values.resize(count);
  if (values.size() != count) fail("tag " + std::to_string(tag) + " has not one value a file");
  return values;
}

std::string_view plain(std::string_view path) {
  if (path.starts_with("./")) return path.substr(2);
  if (path.starts_with("/")) return path.substr(1);
  return path;
}

}  // namespace

Files::Files(const Header& header, bool is_source, Context& context)
    : size_tag_(header.has(tag::kLongFileSizes) ? tag::kLongFileSizes : tag::kFileSizes) {
  const auto paths = read_paths(header, context);
  const std::size_t count = paths.size();
  const auto sizes = numbers_for(header, size_tag_, count);
  const auto modes = numbers_for(header, tag::kFileModes, count);
  const auto mtimes = numbers_for(header, tag::kFileMtimes, count);
  const auto devices = numbers_for(header, tag::kFileDevices, count);
  const auto inodes = numbers_for(header, tag::kFileInodes, count);
  const auto digests = strings_for(header, tag::kFileDigests, count);
  files_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    File file;
    file.path = (is_source ? "" : "./") + std::string(plain(paths[i]));
    file.size = sizes[i];
    file.mode = static_cast<std::uint32_t>(modes[i]);
    file.mtime = static_cast<std::uint32_t>(mtimes[i]);
    file.device = static_cast<std::uint32_t>(devices[i]);
    file.inode = static_cast<std::uint32_t>(inodes[i]);
    file.digest = digests[i];
    if (!by_path_.emplace(plain(file.path), i).second) fail("a path stands twice in the header");
    files_.push_back(std::move(file));
  }
  find_hard_links();
}

std::optional<std::size_t> Files::find(std::string_view path) const {
  const auto found = by_path_.find(plain(path));
  return found == by_path_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t Files::first_name(std::size_t index) const {
  const std::size_t group = files_[index].group;
  return group == 0 ? index : groups_[group - 1].front();
}

std::vector<std::size_t> Files::names(std::size_t index) const {
  const std::size_t group = files_[index].group;
  return group == 0 ? std::vector{index} : groups_[group - 1];
}

/// Regular files are one where device and inode are.
void Files::find_hard_links() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> first;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (!files_[i].is_regular()) continue;
    const auto [found, is_new] = first.try_emplace({files_[i].device, files_[i].inode}, i);
    if (is_new) continue;
    File& other = files_[found->second];
    if (other.group == 0) {
      groups_.push_back({found->second});
      other.group = groups_.size();
    }
    files_[i].group = other.group;
    groups_[other.group - 1].push_back(i);
  }
}

}  // namespace normalize::rpm
