#include "normalizers/rpm/header.h"

#include <limits>

#include "normalizers/bytes/writer.h"

namespace normalize::rpm {
namespace {

constexpr std::string_view kMagic{"\x8e\xad\xe8\x01\0\0\0\0", 8};
constexpr std::size_t kIndexEntryBytes = 16;
constexpr std::uint32_t kMostEntries = 0xffff;   // that rpm takes
constexpr std::uint32_t kMostStrings = 1 << 22;  // each costs more memory than its byte in the file
constexpr std::uint32_t kRegionBytes = 16;       // of a region's trailer, which is an index entry

bool is_number(Type type) { return type >= Type::character && type <= Type::int64; }
bool is_string(Type type) {
  return type == Type::string || type == Type::string_array || type == Type::i18n_string;
}

/// Of one value; 1 where values differ in size.
std::size_t width(Type type) {
  switch (type) {
    case Type::int16:
      return 2;
    case Type::int32:
      return 4;
    case Type::int64:
      return 8;
    default:
      return 1;
  }
}

[[noreturn]] void fail(const Entry& entry, const std::string& problem) {
  throw FormatError(entry.place, "tag " + std::to_string(entry.tag) + " " + problem);
}

/// An index entry as it stands: tag, type, offset, count.
void write_index_entry(Writer& out, std::uint32_t tag, Type type, std::uint32_t offset,
                       std::uint32_t count) {
  out.big_endian(tag);
  out.big_endian(static_cast<std::uint32_t>(type));
  out.big_endian(offset);
  out.big_endian(count);
}

Entry read_index_entry(Reader& in) {
  Entry entry;
  entry.tag = in.big_endian<std::uint32_t>("tag");
  const auto type = in.big_endian<std::uint32_t>("type");
  if (type < 1 || type > 9) in.fail("type of tag " + std::to_string(entry.tag) + " is not known");
  entry.type = static_cast<Type>(type);
  entry.place = in.big_endian<std::uint32_t>("offset");
  entry.count = in.big_endian<std::uint32_t>("count");
  if (entry.count == 0) in.fail("count of tag " + std::to_string(entry.tag) + " is zero");
  return entry;
}

/// Takes what the entry's type and count say from the store, where `in` begins at its offset.
ByteView take_data(Reader& in, const Entry& entry) {
  if (!is_string(entry.type))
    return in.take(std::uint64_t{entry.count} * width(entry.type), "data");
  if (entry.type == Type::string && entry.count != 1) in.fail("a string has a count");
  // Each has a NUL, so there cannot be more than bytes.
  if (entry.count > in.remaining()) in.fail("strings need more bytes than are left");
  const ByteView from = in.rest();
  for (std::uint32_t i = 0; i < entry.count; ++i) in.zero_terminated("string");
  return from.first(from.size() - in.remaining());
}

std::vector<const Entry*> by_place(const std::vector<Entry>& entries) {
  std::vector<const Entry*> sorted;
  for (const Entry& entry : entries) sorted.push_back(&entry);
  std::ranges::stable_sort(sorted, {}, &Entry::place);
  return sorted;
}

bool has_duplicates(const std::vector<Entry>& entries) {
  std::vector<std::uint32_t> tags;
  for (const Entry& entry : entries) tags.push_back(entry.tag);
  std::ranges::sort(tags);
  return std::ranges::adjacent_find(tags) != tags.end();
}

}  // namespace

Header Header::read(Reader& in, std::uint32_t region_tag) {
  Header header;
  const ByteView from = in.rest();
  in.expect(as_bytes(kMagic), "header magic");
  const auto index_count = in.big_endian<std::uint32_t>("nindex");
  const auto store_bytes = in.big_endian<std::uint32_t>("hsize");
  if (index_count > kMostEntries) in.fail("nindex is more than rpm takes");
  Reader index = in.region(std::uint64_t{index_count} * kIndexEntryBytes, "index");
  const std::size_t base = in.offset();
  const ByteView store = in.take(store_bytes, "store");
  header.read_entries(index, store, base);
  if (!header.entries_.empty() && header.entries_.front().tag == region_tag)
    header.read_region(base);
  header.laid_out_ = !has_duplicates(header.entries_) &&
                     equal(header.write(), from.first(from.size() - in.remaining()));
  return header;
}

void Header::read_entries(Reader& index, ByteView store, std::size_t base) {
  std::size_t read = 0;
  while (index.remaining() > 0) {
    Entry entry = read_index_entry(index);
    if (entry.place > store.size()) index.fail("offset of a tag lies behind the store");
    Reader in(store.subspan(entry.place), base + entry.place);
    const ByteView data = take_data(in, entry);
    // Overlapping data could be many times the store.
    if (data.size() > store.size() - read) in.fail("data of tags overlaps");
    read += data.size();
    entry.data.assign(data.begin(), data.end());
    entries_.push_back(std::move(entry));
  }
}

void Header::read_region(std::size_t base) {
  const Entry& region = entries_.front();
  Reader in(region.data, base + region.place);
  if (region.type != Type::binary || region.count != kRegionBytes)
    in.fail("region is not 16 bytes");
  trailer_tag_ = in.big_endian<std::uint32_t>("tag of the region's trailer");
  if (trailer_tag_ != region.tag && trailer_tag_ != tag::kHeaderImage)
    in.fail("region ends with another tag");
  in.take(4, "type of the region's trailer");
  const std::uint32_t back = 0U - in.big_endian<std::uint32_t>("offset of the region's trailer");
  region_entries_ = back / kIndexEntryBytes;
  if (back % kIndexEntryBytes != 0 || region_entries_ == 0 || region_entries_ > entries_.size())
    in.fail("region covers entries that are not there");
}

const Entry* Header::find(std::uint32_t tag) const {
  const auto found = std::ranges::find(entries_, tag, &Entry::tag);
  return found == entries_.end() ? nullptr : &*found;
}

Entry& Header::get(std::uint32_t tag) {
  const auto found = std::ranges::find(entries_, tag, &Entry::tag);
  if (found == entries_.end())
    throw FormatError(0, "tag " + std::to_string(tag) + " is not in the header");
  return *found;
}

std::vector<std::uint64_t> Header::numbers(std::uint32_t tag) const {
  std::vector<std::uint64_t> values;
  const Entry* entry = find(tag);
  if (!entry) return values;
  if (!is_number(entry->type)) fail(*entry, "is not made of numbers");
  const std::size_t bytes = width(entry->type);
  values.reserve(entry->count);
  for (std::size_t at = 0; at < entry->data.size(); at += bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
      value = value << 8 | std::to_integer<std::uint64_t>(entry->data[at + i]);
    values.push_back(value);
  }
  return values;
}

std::vector<std::string> Header::strings(std::uint32_t tag) const {
  std::vector<std::string> values;
  const Entry* entry = find(tag);
  if (!entry) return values;
  if (!is_string(entry->type)) fail(*entry, "is not made of strings");
  if (entry->count > kMostStrings)
    throw LimitError("tag " + std::to_string(tag) + " has more strings than we take");
  values.reserve(entry->count);
  for (std::string_view rest = as_text(entry->data); !rest.empty();) {
    const std::size_t nul = rest.find('\0');
    values.emplace_back(rest.substr(0, nul));
    rest.remove_prefix(nul + 1);
  }
  return values;
}

std::optional<std::uint64_t> Header::number(std::uint32_t tag) const {
  const auto values = numbers(tag);
  if (values.size() > 1) fail(*find(tag), "has more than one value");
  return values.empty() ? std::nullopt : std::optional(values.front());
}

std::optional<std::string> Header::string(std::uint32_t tag) const {
  const auto values = strings(tag);
  if (values.size() > 1) fail(*find(tag), "has more than one value");
  return values.empty() ? std::nullopt : std::optional(values.front());
}

void Header::set_numbers(std::uint32_t tag, const std::vector<std::uint64_t>& values) {
  Entry& entry = get(tag);
  if (!is_number(entry.type)) fail(entry, "is not made of numbers");
  const std::size_t bytes = width(entry.type);
  Bytes data;
  data.reserve(values.size() * bytes);
  for (const std::uint64_t value : values) {
    if (bytes < 8 && value >> (8 * bytes) != 0)
      throw LimitError("tag " + std::to_string(tag) + " cannot hold " + std::to_string(value));
    for (std::size_t i = bytes; i-- > 0;) data.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
  entry.count = static_cast<std::uint32_t>(values.size());
  entry.data = std::move(data);
}

void Header::set_strings(std::uint32_t tag, const std::vector<std::string>& values) {
  Entry& entry = get(tag);
  if (!is_string(entry.type)) fail(entry, "is not made of strings");
  Bytes data;
  for (const std::string& value : values) {
    const ByteView text = as_bytes(value);
    data.insert(data.end(), text.begin(), text.end());
    data.push_back(std::byte{0});
  }
  entry.count = static_cast<std::uint32_t>(values.size());
  entry.data = std::move(data);
}

void Header::set_data(std::uint32_t tag, Bytes data) {
  Entry& entry = get(tag);
  if (entry.type == Type::binary) entry.count = static_cast<std::uint32_t>(data.size());
  entry.data = std::move(data);
}

void Header::remove(std::uint32_t tag) {
  const auto found = std::ranges::find(entries_, tag, &Entry::tag);
  if (found == entries_.end()) return;
  if (static_cast<std::size_t>(found - entries_.begin()) < region_entries_) --region_entries_;
  entries_.erase(found);
}

Bytes Header::trailer() const {
  Writer out;
  write_index_entry(out, trailer_tag_, Type::binary,
                    0U - static_cast<std::uint32_t>(region_entries_ * kIndexEntryBytes),
                    kRegionBytes);
  return out.written_since(0);
}

Bytes Header::write() const {
  Writer store;
  std::vector<std::uint32_t> offsets(entries_.size());
  for (const Entry* entry : by_place(entries_)) {
    const std::size_t alignment = width(entry->type);
    store.zeros(static_cast<std::size_t>((alignment - store.size() % alignment) % alignment));
    const auto index = static_cast<std::size_t>(entry - entries_.data());
    offsets[index] = static_cast<std::uint32_t>(store.size());
    store.bytes(has_region() && index == 0 ? trailer() : entry->data);
  }
  if (store.size() > std::numeric_limits<std::uint32_t>::max() / 2)
    throw LimitError("a header grows past what hsize can hold");
  Writer out;
  out.text(kMagic);
  out.big_endian(static_cast<std::uint32_t>(entries_.size()));
  out.big_endian(static_cast<std::uint32_t>(store.size()));
  for (std::size_t i = 0; i < entries_.size(); ++i)
    write_index_entry(out, entries_[i].tag, entries_[i].type, offsets[i], entries_[i].count);
  out.carry(std::move(store).finish());
  return std::move(out).finish().to_bytes();
}

/// The index's first entries and the store up to the region's trailer, as its own entry tells.
Bytes Header::region() const {
  const Bytes whole = write();
  if (!has_region()) return whole;
  Reader in(whole);
  in.take(kMagic.size(), "header magic");
  const auto index_bytes = std::size_t{in.big_endian<std::uint32_t>("nindex")} * kIndexEntryBytes;
  in.take(sizeof(std::uint32_t), "hsize");
  Reader index = in.region(index_bytes, "index");
  const ByteView covered = index.rest().first(region_entries_ * kIndexEntryBytes);
  index.take(8, "tag and type");
  const std::uint32_t store_bytes = index.big_endian<std::uint32_t>("offset") + kRegionBytes;
  Writer out;
  out.text(kMagic);
  out.big_endian(static_cast<std::uint32_t>(region_entries_));
  out.big_endian(store_bytes);
  out.bytes(covered);
  out.bytes(in.take(store_bytes, "region"));
  return out.written_since(0);
}

}  // namespace normalize::rpm
