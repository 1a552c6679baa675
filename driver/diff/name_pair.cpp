#include "driver/diff/name_pair.h"

#include <array>
#include <cstdio>

#include "driver/diff/explain.h"
#include "driver/diff/properties.h"
#include "normalizers/bytes/digest.h"
#include "rules/format_time.h"

namespace normalize::diff {
namespace {

/// What is read at a time of each side.
constexpr std::size_t kPartBytes = std::size_t{64} << 10;

using inside::Property;

std::string type_text(NormalName::Type type) {
  constexpr std::array kTexts{"file",         "folder", "symbolic link", "character device",
                              "block device", "pipe",   "socket"};
  return kTexts[static_cast<std::size_t>(type)];
}

std::string octal(std::uint32_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", mode);
  return text;
}

std::string time_text(const DiskTime& time) {
  std::string text = format_time(time.seconds);
  if (time.nanoseconds != 0) text += " +" + std::to_string(time.nanoseconds) + " ns";
  return text;
}

std::vector<Property> properties_of(const NormalName& name) {
  std::vector<Property> all{{"type", type_text(name.type)}};
  // A symbolic link's mode means nothing.
  if (name.type != NormalName::Type::link) all.emplace_back("mode", octal(name.mode));
  all.emplace_back("uid", std::to_string(name.uid));
  all.emplace_back("gid", std::to_string(name.gid));
  if (!name.uname.empty()) all.emplace_back("uname", name.uname);
  if (!name.gname.empty()) all.emplace_back("gname", name.gname);
  all.emplace_back("mtime", time_text(name.mtime));
  if (!name.target.empty()) all.emplace_back("link target", name.target);
  if (name.major != 0 || name.minor != 0)
    all.emplace_back("device", std::to_string(name.major) + ", " + std::to_string(name.minor));
  return all;
}

/// Whether a glance tells that both have the same properties.
bool looks_same(const NormalName& a, const NormalName& b) {
  return a.type == b.type && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid &&
         a.uname == b.uname && a.gname == b.gname && a.mtime == b.mtime && a.target == b.target &&
         a.major == b.major && a.minor == b.minor;
}

/// What is the same once normal is noise. Without an epoch, a time on disk is nothing else.
void add_properties(const NormalName& a, const NormalName& b, const NormalName& disk_a,
                    const NormalName& disk_b, bool has_epoch, Node& node) {
  if (looks_same(disk_a, disk_b) && looks_same(a, b)) return;
  node.properties = compare_properties(properties_of(a), properties_of(b));
  for (PropertyDifference& property : node.properties)
    property.is_noise = property.name == "mtime" && !has_epoch;
  for (PropertyDifference& noise :
       compare_properties(properties_of(disk_a), properties_of(disk_b))) {
    const auto known = std::ranges::find(node.properties, noise.name, &PropertyDifference::name);
    noise.is_noise = true;
    if (known == node.properties.end()) node.properties.push_back(std::move(noise));
  }
}

std::vector<Property> as_properties(const Attributes& attributes) {
  std::vector<Property> all;
  for (const auto& [name, value] : attributes)
    all.emplace_back("attribute " + name, hexadecimal(as_bytes(value)));
  return all;
}

void compare_names(const NormalTree::Names& a, const NormalTree::Names& b,
                   const Attributes& attributes_a, const Attributes& attributes_b, bool has_epoch,
                   Node& node) {
  add_properties(a.normal, b.normal, a.on_disk, b.on_disk, has_epoch, node);
  if (attributes_a != attributes_b)
    for (PropertyDifference& each :
         compare_properties(as_properties(attributes_a), as_properties(attributes_b)))
      node.properties.push_back(std::move(each));
  for (const PropertyDifference& property : node.properties) {
    if (!property.is_noise) node.verdict = Verdict::different;
    if (node.verdict == Verdict::equal) node.verdict = Verdict::noise;
  }
}

bool same_bytes_on_disk(const NormalTree::OpenFile& a, const NormalTree::OpenFile& b) {
  const std::uint64_t size = a.names.on_disk.size;
  if (size != b.names.on_disk.size) return false;
  const FileSource source_a(a.file.get(), size), source_b(b.file.get(), size);
  thread_local std::array<std::byte, kPartBytes> part_a, part_b;
  for (std::uint64_t at = 0; at < size; at += kPartBytes) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size - at, kPartBytes));
    if (source_a.read(part_a.data(), wanted, at) != wanted ||
        source_b.read(part_b.data(), wanted, at) != wanted)
      throw ChangedMeanwhile();
    if (!equal(ByteView(part_a).first(wanted), ByteView(part_b).first(wanted))) return false;
  }
  return true;
}

}  // namespace

void fail(Node& node, std::string_view side, const std::string& error) {
  node.verdict = Verdict::failed;
  node.remarks.push_back((side.empty() ? "" : std::string(side) + ": ") + error);
}

void NamePair::compare(std::size_t a, std::size_t b, Node& node) {
  try {
    if (pair_.a.is_file(a) && pair_.b.is_file(b)) return compare_files(a, b, node);
    compare_names(pair_.a.look_twice(a, folder_a_), pair_.b.look_twice(b, folder_b_),
                  pair_.a.attributes(a, folder_a_), pair_.b.attributes(b, folder_b_),
                  pair_.rules.epoch.has_value(), node);
  } catch (const std::bad_alloc&) {
    fail(node, "", "out of memory");
  } catch (const std::exception& error) {
    fail(node, "", error.what());
  }
}

void NamePair::compare_files(std::size_t a, std::size_t b, Node& node) {
  {
    const NormalTree::OpenFile open_a = pair_.a.open_on_disk(a, folder_a_);
    const NormalTree::OpenFile open_b = pair_.b.open_on_disk(b, folder_b_);
    compare_names(open_a.names, open_b.names, attributes_of({open_a.file.get()}),
                  attributes_of({open_b.file.get()}), pair_.rules.epoch.has_value(), node);
    if (same_bytes_on_disk(open_a, open_b)) return;
  }
  look_into(a, b, node);
}

void NamePair::look_into(std::size_t a, std::size_t b, Node& node) {
  const std::uint64_t bytes = pair_.a.size_on_disk(a) + pair_.b.size_on_disk(b);
  const MemoryGate::Pass pass = memory_.enter(bytes);
  std::unique_ptr<NormalFile> file_a, file_b;
  on_both_sides(
      idle_, bytes, [&] { file_a = pair_.a.open(a, folder_a_); },
      [&] { file_b = pair_.b.open(b, folder_b_); });
  Explainer explainer(pair_.rules, pair_.services, bytes, idle_);
  const Verdict by_properties = node.verdict;
  explainer.compare_normal({file_a->content(), file_a->report().journal, pair_.a.full_path(a)},
                           {file_b->content(), file_b->report().journal, pair_.b.full_path(b)},
                           node);
  name_noise(file_a->as_it_is(), file_b->as_it_is(), node);
  if (by_properties == Verdict::different) node.verdict = Verdict::different;
}

}  // namespace normalize::diff
