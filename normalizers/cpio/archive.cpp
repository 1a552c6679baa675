#include "normalizers/cpio/archive.h"

#include <map>
#include <set>
#include <tuple>

#include "normalizers/limits.h"

namespace normalize::cpio {
namespace {

constexpr std::string_view kTrailerName = "TRAILER!!!";

/// Passes over zeros up to a multiple of `alignment`, counted from `start`.
void skip_padding(Reader& in, std::size_t start, std::size_t alignment) {
  const std::size_t over = (in.offset() - start) % alignment;
  if (over == 0) return;
  const ByteView padding = in.take(alignment - over, "padding");
  if (std::ranges::any_of(padding, [](std::byte b) { return b != std::byte{0}; }))
    in.fail("padding is not zero");
}

Entry read_entry(Reader& in, bool& lower_case) {
  const std::size_t start = in.offset();
  const ByteView from = in.rest();
  Entry entry;
  entry.header = read_header(in);
  entry.raw_header = from.first(in.offset() - start);
  const std::string_view header = as_text(entry.raw_header);
  const bool hexadecimal = entry.header.form == Form::newc || entry.header.form == Form::crc;
  if (hexadecimal && header.find_first_of("abcdef") != std::string_view::npos) lower_case = true;

  entry.name_field = in.take(entry.header.namesize, "name");
  entry.name = as_text(entry.name_field);
  const std::size_t nul = entry.name.find('\0');
  if (nul == std::string_view::npos) in.fail("name has no terminating NUL");
  entry.name = entry.name.substr(0, nul);
  skip_padding(in, start, alignment(entry.header.form));
  entry.data = in.take(entry.header.filesize, "data");
  skip_padding(in, start, alignment(entry.header.form));
  return entry;
}

/// Names of one file share device and inode, and count more than one link. Folders have no links
/// but their own dots.
void find_hard_links(Archive& archive) {
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::size_t> first;
  std::size_t groups = 0;
  for (std::size_t i = 0; i < archive.entries.size(); ++i) {
    Entry& entry = archive.entries[i];
    const Header& header = entry.header;
    if (header.nlink < 2 || entry.is_folder()) continue;
    const auto [found, is_new] =
        first.try_emplace({header.devmajor, header.devminor, header.ino}, i);
    if (is_new) continue;
    Entry& other = archive.entries[found->second];
    if (other.group == 0) other.group = ++groups;
    entry.group = other.group;
  }
}

/// Why the order of members could matter to who unpacks them.
std::string objection_to_sorting(const Archive& archive) {
  std::set<std::string_view> not_folders;
  std::size_t dotted = 0, undotted = 0;
  for (const Entry& entry : archive.entries) {
    if (!entry.is_folder()) not_folders.insert(entry.name);
    const bool with_dot = entry.name.starts_with("./");
    if (entry.name != ".") ++(with_dot ? dotted : undotted);
    const std::string path = "/" + std::string(entry.name.substr(with_dot ? 2 : 0)) + "/";
    if (entry.name != "." && (path.find("/../") != path.npos || path.find("/./") != path.npos))
      return "\"" + std::string(entry.name) + "\" has dots for folders in its name";
  }
  if (dotted != 0 && undotted != 0) return "some names begin with \"./\" and some do not";
  for (const Entry& entry : archive.entries)
    for (std::size_t slash = entry.name.find('/'); slash != std::string_view::npos;
         slash = entry.name.find('/', slash + 1))
      if (not_folders.contains(entry.name.substr(0, slash)))
        return "\"" + std::string(entry.name) + "\" lies below what is no folder";
  return {};
}

/// Gives the data that only one name of a group carries to the group's last name.
void move_data_to_last_link(Archive& archive) {
  struct Group {
    std::size_t carriers = 0;
    Entry* carrier = nullptr;
    Entry* last = nullptr;
  };
  std::map<std::size_t, Group> groups;
  for (Entry& entry : archive.entries) {
    if (entry.group == 0) continue;
    Group& group = groups[entry.group];
    group.last = &entry;
    if (entry.data.empty()) continue;
    ++group.carriers;
    group.carrier = &entry;
  }
  for (auto& [number, group] : groups) {
    if (group.carriers != 1 || group.carrier == group.last) continue;
    std::swap(group.carrier->data, group.last->data);
    std::swap(group.carrier->header.filesize, group.last->header.filesize);
    std::swap(group.carrier->header.check, group.last->header.check);
  }
}

}  // namespace

Archive read_archive(Reader& in, const Limits& limits) {
  Archive archive;
  for (;;) {
    Entry entry = read_entry(in, archive.lower_case);
    if (entry.name == kTrailerName) {
      archive.trailer = std::move(entry);
      break;
    }
    check_members(archive.entries.size(), limits);
    archive.entries.push_back(std::move(entry));
  }
  find_hard_links(archive);
  return archive;
}

std::string sort_members(Archive& archive, const std::optional<Noise>& noise) {
  std::string objection = objection_to_sorting(archive);
  if (!objection.empty()) return objection;
  // The folder that all is in comes first, which its dot alone would not see to.
  std::ranges::stable_sort(archive.entries, {}, [](const Entry& entry) {
    return entry.name == "." ? std::string_view() : entry.name;
  });
  if (noise)
    std::ranges::stable_sort(archive.entries, {}, [&](const Entry& entry) {
      return entry.name == "." ? std::vector<std::uint64_t>() : noise->place(entry.name);
    });
  move_data_to_last_link(archive);
  return {};
}

}  // namespace normalize::cpio
