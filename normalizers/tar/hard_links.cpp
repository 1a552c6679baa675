#include "normalizers/tar/hard_links.h"

#include <algorithm>
#include <map>

#include "normalizers/error.h"

namespace normalize::tar {
namespace {

void erase_extension(Entry& entry, char type) {
  std::erase_if(entry.extensions, [&](const Extension& e) { return e.type == type; });
}

void erase_record(Entry& entry, std::string_view key) {
  std::erase_if(entry.records, [&](const Record& record) { return record.key == key; });
}

std::vector<Extension> take_extensions(Entry& entry, char type) {
  std::vector<Extension> taken;
  for (const Extension& extension : entry.extensions)
    if (extension.type == type) taken.push_back(extension);
  erase_extension(entry, type);
  return taken;
}

std::vector<Record> take_records(Entry& entry, std::string_view key) {
  std::vector<Record> taken;
  for (const Record& record : entry.records)
    if (record.key == key) taken.push_back(record);
  erase_record(entry, key);
  return taken;
}

template <typename T>
void prepend(std::vector<T>& to, const std::vector<T>& items) {
  to.insert(to.begin(), items.begin(), items.end());
}

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& items) {
  to.insert(to.end(), items.begin(), items.end());
}

/// Longer names are no paths, and repeating one in every link could make a large archive of a small
/// one.
constexpr std::size_t kLongestName = 4096;

bool can_trade(const Entry& file, const Entry& link) {
  return !file.is_folder() && file.type != 'S' && !has_sparse_map(file.records) &&
         dialect_of(file.header) == dialect_of(link.header) && file.name.size() <= kLongestName &&
         link.name.size() <= kLongestName;
}

ByteView keep(Archive& archive, Bytes bytes) {
  return archive.own_bytes.emplace_back(std::move(bytes));
}

/// `header` with the name of `donor`.
ByteView with_name_of(Archive& archive, ByteView header, ByteView donor) {
  Bytes block(header.begin(), header.end());
  const auto copy = [&](Slot slot) {
    std::ranges::copy(field_of(donor, slot),
                      block.begin() + static_cast<std::ptrdiff_t>(slot.offset));
  };
  copy(kName);
  if (dialect_of(header) == Dialect::ustar) copy(kPrefix);
  if (dialect_of(header) == Dialect::star) copy(kStarPrefix);
  return keep(archive, std::move(block));
}

/// Two entries of one dialect trade names, each in the encoding it has.
void trade_names(Archive& archive, Entry& a, Entry& b) {
  const ByteView a_header = a.header;
  a.header = with_name_of(archive, a_header, b.header);
  b.header = with_name_of(archive, b.header, a_header);
  std::swap(a.name, b.name);
  const auto a_long = take_extensions(a, 'L'), b_long = take_extensions(b, 'L');
  append(a.extensions, b_long);
  append(b.extensions, a_long);
  const auto a_path = take_records(a, "path"), b_path = take_records(b, "path");
  prepend(a.records, b_path);
  prepend(b.records, a_path);
  a.renamed = b.renamed = true;
}

/// A member "././@LongLink" of type 'K', as GNU tar writes it.
Extension long_link(Archive& archive, std::string_view target) {
  const std::size_t size = target.size() + 1;
  Bytes whole(kBlockBytes + (size + kBlockBytes - 1) / kBlockBytes * kBlockBytes);
  put_text(whole, kName, "././@LongLink");
  put_number(whole, kMode, 0644);
  for (const Slot slot : {kUid, kGid, kMtime}) put_number(whole, slot, 0);
  put_number(whole, kSize, static_cast<std::int64_t>(size));
  put_text(whole, kTypeflag, "K");
  put_text(whole, {kMagic.offset, kMagic.length + kVersion.length}, "ustar  ");
  put_text(whole, kUname, "root");
  put_text(whole, kGname, "root");
  put_text(whole, {kBlockBytes, whole.size() - kBlockBytes}, target);
  put_checksum(whole);
  const ByteView view = keep(archive, std::move(whole));
  return {'K', view, view.first(kBlockBytes), view.subspan(kBlockBytes, size)};
}

/// The view stays good although `target` is another entry's name.
void point_to(Archive& archive, Entry& link, std::string_view target) {
  if (link.linkname == target) return;
  link.linkname = target;
  link.relinked = true;
  Bytes block(link.header.begin(), link.header.end());
  put_text(block, kLinkname, target.substr(0, kLinkname.length));
  link.header = keep(archive, std::move(block));
  erase_extension(link, 'K');
  erase_record(link, "linkpath");
  if (target.size() <= kLinkname.length) return;
  if (dialect_of(link.header) == Dialect::gnu) {
    prepend(link.extensions, {long_link(archive, target)});
  } else {
    const ByteView kept = keep(archive, Bytes(as_bytes(target).begin(), as_bytes(target).end()));
    prepend(link.records, {Record{"linkpath", as_text(kept)}});
  }
}

}  // namespace

HardLinks::HardLinks(Archive& archive, const PathIndex& index) : archive_(archive) {
  const std::vector<Entry>& entries = archive.entries;
  std::map<std::size_t, std::size_t> group_of;  // by entry
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& link = entries[i];
    if (!link.is_link()) continue;
    const auto target = index.find(link.linkname);
    if (!target || *target >= i || entries[*target].name != link.linkname) {
      objection_ = "the hard link " + quoted(link.name) + " has no target in front of it";
      return;
    }
    auto found = group_of.find(*target);
    if (found == group_of.end()) {
      found = group_of.emplace(*target, groups_.size()).first;
      groups_.push_back({*target, {}});
    }
    const std::size_t group = found->second;
    group_of.emplace(i, group);
    groups_[group].links.push_back(i);
    if (!can_trade(entries[groups_[group].file], link))
      objection_ = "the hard link " + quoted(link.name) + " has a target that cannot trade names";
  }
}

void HardLinks::settle() {
  for (const Group& group : groups_) settle(group);
}

void HardLinks::settle(const Group& group) {
  std::vector<Entry>& entries = archive_.entries;
  const std::size_t first =
      *std::ranges::min_element(group.links, {}, [&](std::size_t i) { return entries[i].name; });
  if (entries[first].name < entries[group.file].name)
    trade_names(archive_, entries[group.file], entries[first]);
  for (const std::size_t link : group.links)
    point_to(archive_, entries[link], entries[group.file].name);
}

}  // namespace normalize::tar
