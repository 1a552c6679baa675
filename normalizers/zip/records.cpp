// Reading an archive: sections 4.3.7 to 4.3.12.

#include "normalizers/zip/records.h"

#include <algorithm>

#include "normalizers/bytes/reader.h"
#include "normalizers/limits.h"
#include "normalizers/zip/end.h"
#include "normalizers/zip/extra.h"

namespace normalize::zip {
namespace {

constexpr std::string_view kApkSigningBlock = "APK Sig Block 42";
constexpr std::size_t kCentralBytes = 46;
constexpr std::string_view kDirectorySignature = "its central directory has a digital signature";
constexpr unsigned kUnixHost = 3, kMacHost = 19, kDosHost = 0;
constexpr std::uint32_t kTypeMask = 0170000, kSymlinkType = 0120000;

/// The fields in the order that both headers have them in.
Header read_header(Reader& in) {
  Header header;
  header.needed = in.little_endian<std::uint16_t>("version needed to extract");
  header.flags = in.little_endian<std::uint16_t>("general purpose bit flag");
  header.method = in.little_endian<std::uint16_t>("compression method");
  header.modified.time = in.little_endian<std::uint16_t>("last mod file time");
  header.modified.date = in.little_endian<std::uint16_t>("last mod file date");
  header.crc = in.little_endian<std::uint32_t>("crc-32");
  header.packed_size = in.little_endian<std::uint32_t>("compressed size");
  header.size = in.little_endian<std::uint32_t>("uncompressed size");
  return header;
}

/// Section 4.5.3: the zip64 field holds those values, in this order, whose own field is all ones.
class Zip64Field {
 public:
  Zip64Field(ByteView extra, std::size_t at)
      : field_(find_field(extra, kZip64Id)), in_(field_.value_or(ByteView()), at) {}
  bool take(std::uint64_t& value, std::uint32_t sentinel, std::string_view what) {
    if (!field_ || value != sentinel) return false;
    value = sentinel == kSentinel16 ? in_.little_endian<std::uint32_t>(what)
                                    : in_.little_endian<std::uint64_t>(what);
    return true;
  }

 private:
  std::optional<ByteView> field_;
  Reader in_;
};

Zip64Field resolve_sizes(Header& header, std::size_t at) {
  Zip64Field field(header.extra, at);
  header.size_in_64 = field.take(header.size, kSentinel32, "zip64 uncompressed size");
  header.packed_size_in_64 = field.take(header.packed_size, kSentinel32, "zip64 compressed size");
  return field;
}

/// Section 4.3.12. `offset` and `disk` come back as recorded.
Entry read_central(Reader& in, std::uint64_t& offset, std::uint64_t& disk) {
  const std::size_t start = in.offset();
  in.expect(as_bytes(kCentralSignature), "central file header signature");
  Entry entry;
  entry.made_by = in.little_endian<std::uint16_t>("version made by");
  entry.central = read_header(in);
  const auto name_length = in.little_endian<std::uint16_t>("file name length");
  const auto extra_length = in.little_endian<std::uint16_t>("extra field length");
  const auto comment_length = in.little_endian<std::uint16_t>("file comment length");
  disk = in.little_endian<std::uint16_t>("disk number start");
  entry.internal_attributes = in.little_endian<std::uint16_t>("internal file attributes");
  entry.external_attributes = in.little_endian<std::uint32_t>("external file attributes");
  offset = in.little_endian<std::uint32_t>("relative offset of local header");
  entry.name = in.take(name_length, "file name");
  entry.central.extra = in.take(extra_length, "extra field");
  entry.comment = in.take(comment_length, "file comment");
  Zip64Field field = resolve_sizes(entry.central, start);
  field.take(offset, kSentinel32, "zip64 offset of local header");
  entry.disk_in_64 = field.take(disk, kSentinel16, "zip64 disk number start");
  return entry;
}

/// Section 4.3.7. With bit 3 the values come behind the data, and zeros may stand for them here.
void check_local(const Entry& entry, const Reader& in) {
  const Header &local = entry.local, &central = entry.central;
  if (local.method != central.method)
    in.fail("compression method differs from the central directory's");
  const bool streamed = entry.has_flag(kDescriptorFollows);
  const auto agrees = [&](std::uint64_t here, std::uint64_t there) {
    return here == there || (streamed && here == 0);
  };
  if (!agrees(local.crc, central.crc)) in.fail("crc-32 differs from the central directory's");
  if (!agrees(local.size, central.size) || !agrees(local.packed_size, central.packed_size))
    in.fail("sizes differ from the central directory's");
}

void read_local(ByteView input, Entry& entry) {
  Reader in(input.subspan(entry.offset), entry.offset);
  in.expect(as_bytes(kLocalSignature), "local file header signature");
  entry.local = read_header(in);
  const auto name_length = in.little_endian<std::uint16_t>("file name length");
  const auto extra_length = in.little_endian<std::uint16_t>("extra field length");
  if (!equal(in.take(name_length, "file name"), entry.name))
    in.fail("file name differs from the central directory's");
  const std::size_t extra_at = in.offset();
  entry.local.extra = in.take(extra_length, "extra field");
  resolve_sizes(entry.local, extra_at);
  check_local(entry, in);
  entry.data_offset = in.offset();
  entry.data = in.take(entry.central.packed_size, "file data");
}

/// Section 4.3.9: with a signature or without, sizes of four or of eight bytes. `room` is what is
/// left up to the next record; a descriptor that fills it is preferred.
Descriptor find_descriptor(const Header& central, ByteView room) {
  Descriptor best;
  std::size_t best_size = 0;
  for (const bool wide : {true, false})
    for (const bool has_signature : {true, false}) {
      const std::size_t size = (has_signature ? 8U : 4U) + (wide ? 16U : 8U);
      if (room.size() < size) continue;
      Reader in(room.first(size));
      if (has_signature && !equal(in.take(4, "signature"), as_bytes(kDescriptorSignature)))
        continue;
      if (in.little_endian<std::uint32_t>("crc-32") != central.crc) continue;
      const auto value = [&] {
        return wide ? in.little_endian<std::uint64_t>("size")
                    : std::uint64_t{in.little_endian<std::uint32_t>("size")};
      };
      if (value() != central.packed_size || value() != central.size) continue;
      if (size == room.size()) return {true, has_signature, wide};
      if (size > best_size) best = {true, has_signature, wide}, best_size = size;
    }
  return best;
}

std::size_t descriptor_size(const Descriptor& descriptor) {
  if (!descriptor.present) return 0;
  return (descriptor.has_signature ? 8U : 4U) + (descriptor.wide ? 16U : 8U);
}

/// Looks at what lies between an entry's data and the next record at `limit`.
void read_behind_data(ByteView input, Entry& entry, std::size_t limit, Archive& archive) {
  const std::size_t end = entry.data_offset + entry.data.size();
  if (end > limit) throw FormatError(entry.offset, "the entry overlaps what follows it");
  ByteView room = input.subspan(end, limit - end);
  if (entry.has_flag(kDescriptorFollows)) {
    entry.descriptor = find_descriptor(entry.central, room);
    if (!entry.descriptor.present && !room.empty())
      throw FormatError(end, "data descriptor differs from the central directory");
    room = room.subspan(descriptor_size(entry.descriptor));
  }
  if (std::ranges::any_of(room, [](std::byte b) { return b != std::byte{0}; }))
    archive.reason_to_leave = std::to_string(room.size()) + " bytes behind \"" +
                              std::string(entry.text_name()) + "\" belong to no entry";
  archive.padding += room.size();
}

/// Entries in the order of the file, so that each knows what it may not reach into.
std::vector<Entry*> by_offset(std::vector<Entry>& entries) {
  std::vector<Entry*> sorted;
  sorted.reserve(entries.size());
  for (Entry& entry : entries) sorted.push_back(&entry);
  std::ranges::stable_sort(sorted, {}, &Entry::offset);
  return sorted;
}

void read_local_parts(ByteView input, Archive& archive, std::size_t directory) {
  const std::vector<Entry*> sorted = by_offset(archive.entries);
  archive.prefix = input.first(sorted.empty() ? directory : sorted.front()->offset);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const std::size_t limit = i + 1 < sorted.size() ? sorted[i + 1]->offset : directory;
    if (limit == sorted[i]->offset)
      throw FormatError(limit, "two central directory entries share a local header");
    read_local(input, *sorted[i]);
    read_behind_data(input, *sorted[i], limit, archive);
    archive.offsets_in_order &= sorted[i] == &archive.entries[i];
  }
}

/// Where the central directory begins; sets base to what its recorded offset counts from.
std::size_t find_directory(ByteView input, Archive& archive) {
  const End& end = archive.end;
  const auto is_directory = [&](std::uint64_t at) {
    return at <= end.start &&
           (end.directory_size == 0 ||
            starts_with(input.subspan(static_cast<std::size_t>(at)), kCentralSignature));
  };
  if (end.directory_size <= end.start && is_directory(end.start - end.directory_size)) {
    const std::uint64_t start = end.start - end.directory_size;
    if (end.directory_offset > start)
      throw FormatError(end.start, "offset of the central directory lies behind it");
    archive.base = start - end.directory_offset;
    if (end.has_64 && archive.base + end.recorded_64 != end.start)
      throw FormatError(end.start, "the zip64 locator points elsewhere");
    return static_cast<std::size_t>(start);
  }
  if (is_directory(end.directory_offset) &&
      end.directory_size <= end.start - end.directory_offset) {
    const auto behind = static_cast<std::size_t>(end.directory_offset + end.directory_size);
    if (starts_with(input.subspan(behind), kDigitalSignature))
      archive.signed_by = kDirectorySignature;
    else
      archive.reason_to_leave = "unknown bytes between the central directory and its end";
    return static_cast<std::size_t>(end.directory_offset);
  }
  throw FormatError(end.start, "offset and size of the central directory lead to none");
}

void read_directory(ByteView input, std::size_t start, const Limits& limits, Archive& archive) {
  const auto size = static_cast<std::size_t>(archive.end.directory_size);
  Reader in(input.subspan(start, size), start);
  archive.entries.reserve(static_cast<std::size_t>(
      std::min<std::uint64_t>({archive.end.entries, size / kCentralBytes, limits.members})));
  while (in.remaining() > 0) {
    if (starts_with(in.rest(), kDigitalSignature)) {
      archive.signed_by = kDirectorySignature;
      return;
    }
    std::uint64_t offset = 0, disk = 0;
    const std::size_t at = in.offset();
    Entry entry = read_central(in, offset, disk);
    if (disk != 0) archive.reason_to_leave = "part of an archive on several disks";
    if (entry.has_flag(kStrongEncryption) || entry.has_flag(kMaskedHeaders))
      archive.reason_to_leave = "strongly encrypted";
    if (offset >= start - archive.base)
      throw FormatError(at, "relative offset of local header leads out of the archive");
    entry.offset = static_cast<std::size_t>(archive.base + offset);
    check_members(archive.entries.size(), limits);
    archive.entries.push_back(std::move(entry));
  }
  const std::uint64_t found = archive.entries.size();
  // Old writers count modulo 65536 where zip64 would be due.
  if (found != archive.end.entries &&
      (archive.end.has_64 || (found & 0xffff) != archive.end.entries))
    in.fail("the central directory has " + std::to_string(found) + " entries instead of " +
            std::to_string(archive.end.entries));
}

bool has_apk_signature(ByteView before_directory) {
  return as_text(before_directory).ends_with(kApkSigningBlock);
}

}  // namespace

bool Entry::has_unix_mode() const {
  return mode() != 0 && (host() == kUnixHost || host() == kMacHost || host() == kDosHost);
}

bool Entry::is_symlink() const { return has_unix_mode() && (mode() & kTypeMask) == kSymlinkType; }

Archive read_archive(ByteView input, const Limits& limits) {
  Archive archive;
  archive.end = read_end(input, archive.reason_to_leave);
  if (!archive.reason_to_leave.empty()) return archive;
  const std::size_t directory = find_directory(input, archive);
  if (has_apk_signature(input.first(directory))) archive.signed_by = "APK Signing Block";
  if (archive.has_to_stay()) return archive;
  read_directory(input, directory, limits, archive);
  if (!archive.has_to_stay()) read_local_parts(input, archive, directory);
  return archive;
}

}  // namespace normalize::zip
