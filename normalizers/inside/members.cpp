#include "normalizers/inside/members.h"

#include <algorithm>

#include "normalizers/archive_reader.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/error.h"
#include "normalizers/inside/entry_properties.h"
#include "normalizers/inside/squashfs_members.h"
#include "normalizers/packed.h"

namespace normalize::inside {
namespace {

void support_archives(archive* a) {
  archive_read_support_format_tar(a);
  archive_read_support_format_gnutar(a);
  archive_read_support_format_cpio(a);
  archive_read_support_format_ar(a);
  archive_read_support_format_zip_seekable(a);
  archive_read_support_format_7zip(a);
  archive_read_support_format_cab(a);
  archive_read_support_format_iso9660(a);
}

void support_codecs(archive* a) {
  archive_read_support_filter_gzip(a);
  archive_read_support_filter_xz(a);
  archive_read_support_filter_lzma(a);
  archive_read_support_filter_zstd(a);
  archive_read_support_filter_bzip2(a);
  archive_read_support_filter_lz4(a);
  archive_read_support_filter_compress(a);
}

/// An rpm package is its payload, packed or not, behind headers.
void support_packages(archive* a) {
  support_codecs(a);
  archive_read_support_filter_rpm(a);
  support_archives(a);
}

struct PackedFormat {
  std::string_view name;
  void (*read)(archive*);  // by one layer alone: bidding would go on with what is packed twice
};

template <int filter>
void read_layer(archive* a) {
  archive_read_append_filter(a, filter);
}

/// This filter reads as soon as it is appended, when there is nothing to read yet.
void read_compress(archive* a) { archive_read_support_filter_compress(a); }

constexpr PackedFormat kPackedFormats[] = {{"gzip", read_layer<ARCHIVE_FILTER_GZIP>},
                                           {"xz", read_layer<ARCHIVE_FILTER_XZ>},
                                           {"lzma", read_layer<ARCHIVE_FILTER_LZMA>},
                                           {"zstd", read_layer<ARCHIVE_FILTER_ZSTD>},
                                           {"bzip2", read_layer<ARCHIVE_FILTER_BZIP2>},
                                           {"lz4", read_layer<ARCHIVE_FILTER_LZ4>},
                                           {"compress", read_compress}};

/// Null where it is none.
const PackedFormat* packed_format(std::string_view name) {
  const auto found = std::ranges::find(kPackedFormats, name, &PackedFormat::name);
  return found == std::end(kPackedFormats) ? nullptr : found;
}

std::string clean(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// What libarchive says is wrong is wrong with the format.
template <typename Read>
auto reading(Read read) {
  try {
    return read();
  } catch (const ArchiveReader::Unreadable& error) {
    throw FormatError(0, error.what());
  }
}

/// Throws where the data cannot be read: another member may still be.
Bytes digest_data(ArchiveReader& reader, Allowance& allowance) {
  RunningDigest digest;
  std::uint64_t next = 0;
  reader.read_data([&](ByteView bytes, std::uint64_t offset) {
    allowance.spend(bytes.size());
    if (offset != next) digest.add(as_bytes(std::to_string(offset)));
    digest.add(bytes);
    next = offset + bytes.size();
  });
  return digest.finish();
}

Member member_of(ArchiveReader& reader, archive_entry* entry, std::size_t number,
                 Allowance& allowance) {
  Member member;
  member.path = clean(ArchiveReader::name_of(entry));
  member.number = number;
  member.properties = properties_of(entry);
  member.is_file = member.properties.front().second == "file";
  member.size = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0));
  if (!member.is_file) return member;
  try {
    member.digest = digest_data(reader, allowance);
  } catch (const ArchiveReader::Unreadable&) {
    member.digest.clear();
  }
  return member;
}

Buffer read_data(ArchiveReader& reader, Allowance& allowance) {
  Buffer data;
  reader.read_data([&](ByteView bytes, std::uint64_t offset) {
    if (offset > data.size()) {
      allowance.spend(offset - data.size());
      std::ranges::fill(data.grow(static_cast<std::size_t>(offset) - data.size()), std::byte{0});
    }
    allowance.spend(bytes.size());
    data.append(bytes);
  });
  data.settle();
  return data;
}

constexpr PackedSuffix kSuffixes[] = {
    {".tgz", ".tar"}, {".txz", ".tar"}, {".tzst", ".tar"}, {".tbz2", ".tar"}, {".gz", ""},
    {".xz", ""},      {".zst", ""},     {".bz2", ""},      {".lz4", ""},      {".lzma", ""},
    {".Z", ""},       {".tbz", ".tar"}, {".tlz", ".tar"}};

}  // namespace

void Allowance::spend(std::uint64_t bytes) {
  if (bytes > left_) throw LimitError("unpacks to more than the limit allows");
  left_ -= bytes;
}

Shape shape_of(std::string_view format, ByteView head) {
  if (packed_format(format)) return Shape::packed;
  for (const std::string_view archive :
       {"tar", "zip", "cpio", "ar", "rpm", "pkgsrc", "iso9660", "squashfs"})
    if (format == archive) return Shape::archive;
  if (!format.empty()) return Shape::opaque;
  for (const std::string_view magic : {"7z\xbc\xaf\x27\x1c", "MSCF"})
    if (starts_with(head, magic)) return Shape::archive;
  return Shape::opaque;
}

std::vector<Member> list_members(const Content& archive, Allowance& allowance) {
  if (is_squashfs(archive)) return list_squashfs(archive, allowance);
  return reading([&] {
    ArchiveReader reader(archive, support_packages);
    std::vector<Member> members;
    while (archive_entry* entry = reader.next())
      members.push_back(member_of(reader, entry, members.size(), allowance));
    return members;
  });
}

std::vector<Buffer> read_members(const Content& archive, std::span<const std::size_t> numbers,
                                 Allowance& allowance) {
  if (is_squashfs(archive)) return read_squashfs(archive, numbers, allowance);
  return reading([&] {
    ArchiveReader reader(archive, support_packages);
    std::vector<Buffer> read;
    for (std::size_t number = 0; read.size() < numbers.size() && reader.next(); ++number)
      if (number == numbers[read.size()]) read.push_back(read_data(reader, allowance));
    if (read.size() < numbers.size()) throw FormatError(0, "a member is gone");
    return read;
  });
}

Buffer unpack(std::string_view format, const Content& packed, Allowance& allowance) {
  return reading([&] {
    ArchiveReader reader(packed, [&](archive* a) {
      packed_format(format)->read(a);
      archive_read_support_format_raw(a);
    });
    return reader.next() ? read_data(reader, allowance) : Buffer();
  });
}

std::string payload_name(std::string_view name) { return normalize::payload_name(name, kSuffixes); }

}  // namespace normalize::inside
