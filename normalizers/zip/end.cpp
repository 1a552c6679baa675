// The end of central directory record and its zip64 companions: sections 4.3.14 to 4.3.16.

#include "normalizers/zip/end.h"

#include <cstring>

#include "normalizers/bytes/reader.h"

namespace normalize::zip {
namespace {

constexpr std::size_t kEndBytes = 22, kLocatorBytes = 20, kEnd64Bytes = 56;
constexpr std::uint16_t kCentralEncryption = 62;  // section 4.4.3.2, version needed 6.2

std::uint16_t comment_length(ByteView record) {
  return Reader(record.subspan(20)).little_endian<std::uint16_t>("comment length");
}

/// Where kEndSignature stands from `start` on; the size of `bytes` where it does not. Looks for its
/// last byte, which is in no text.
std::size_t find_signature(ByteView bytes, std::size_t start) {
  constexpr std::size_t kLast = kEndSignature.size() - 1;
  while (start + kLast < bytes.size()) {
    const void* found =
        std::memchr(&bytes[start + kLast], kEndSignature[kLast], bytes.size() - start - kLast);
    if (!found) break;
    start = static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data()) - kLast;
    if (starts_with(bytes.subspan(start), kEndSignature)) return start;
    ++start;
  }
  return bytes.size();
}

/// The record nearest to the end whose comment reaches exactly to it; failing that, the one nearest
/// to the end whose comment fits, with other bytes behind. The size of `bytes` where there is none.
std::size_t find_end(ByteView bytes) {
  std::size_t tight = bytes.size(), loose = bytes.size();
  if (bytes.size() < kEndBytes) return loose;
  std::size_t at = bytes.size() - std::min(bytes.size(), kMostEndBytes);
  const std::size_t highest = bytes.size() - kEndBytes;
  while ((at = find_signature(bytes.first(highest + kEndSignature.size()), at)) <= highest) {
    const std::size_t room = bytes.size() - at - kEndBytes;
    const std::size_t length = comment_length(bytes.subspan(at));
    if (length == room) tight = at;
    if (length < room) loose = at;
    ++at;
  }
  return tight < bytes.size() ? tight : loose;
}

bool has_signature(ByteView input, std::uint64_t at, std::string_view signature) {
  return at <= input.size() && starts_with(input.subspan(static_cast<std::size_t>(at)), signature);
}

/// Section 4.3.14. The locator counts from the start of the archive, which a prefix moves.
std::size_t find_end64(ByteView input, std::size_t locator, std::uint64_t recorded) {
  if (recorded < locator && has_signature(input, recorded, kEnd64Signature))
    return static_cast<std::size_t>(recorded);
  if (locator >= kEnd64Bytes && has_signature(input, locator - kEnd64Bytes, kEnd64Signature))
    return locator - kEnd64Bytes;
  throw FormatError(locator,
                    "the zip64 locator points to no zip64 end of central directory record");
}

template <typename T>
void resolve(std::uint64_t& value, bool& in_64, T sentinel, std::uint64_t value_64,
             const Reader& at, std::string_view what) {
  in_64 = value == sentinel;
  if (!in_64 && value != value_64) at.fail(std::string(what) + " differs between the end records");
  value = value_64;
}

void read_end64(ByteView input, std::size_t locator, End& end, std::string& reason) {
  Reader in(input.subspan(locator, kLocatorBytes), locator);
  in.take(4, "signature");
  const auto disk = in.little_endian<std::uint32_t>("number of the disk with the zip64 record");
  const auto recorded = in.little_endian<std::uint64_t>("offset of the zip64 record");
  if (disk != 0 || in.little_endian<std::uint32_t>("total number of disks") > 1)
    reason = "part of an archive on several disks";

  end.start = find_end64(input, locator, recorded);
  end.recorded_64 = recorded;
  Reader record(input.subspan(end.start, locator - end.start), end.start);
  record.take(4, "signature");
  const auto size = record.little_endian<std::uint64_t>("size of zip64 record");
  if (size != record.remaining()) record.fail("size of zip64 record does not reach to its locator");
  end.has_64 = true;
  end.made_by_64 = record.little_endian<std::uint16_t>("version made by");
  end.needed_64 = record.little_endian<std::uint16_t>("version needed");
  if (end.needed_64 >= kCentralEncryption) reason = "its central directory is encrypted";
  const auto disks = record.little_endian<std::uint64_t>("disk numbers");
  const auto here = record.little_endian<std::uint64_t>("entries on this disk");
  if (disks != 0) reason = "part of an archive on several disks";
  resolve(end.entries, end.entries_in_64, kSentinel16,
          record.little_endian<std::uint64_t>("entries"), record, "number of entries");
  resolve(end.directory_size, end.size_in_64, kSentinel32,
          record.little_endian<std::uint64_t>("size of the central directory"), record,
          "size of the central directory");
  resolve(end.directory_offset, end.offset_in_64, kSentinel32,
          record.little_endian<std::uint64_t>("offset of the central directory"), record,
          "offset of the central directory");
  end.extensible_64 = record.rest();
  if (here != end.entries) reason = "part of an archive on several disks";
}

}  // namespace

End read_end(ByteView input, std::string& reason) {
  const std::size_t start = find_end(input);
  if (start == input.size())
    throw FormatError(input.size(), "there is no end of central directory record");
  Reader in(input.subspan(start), start);
  in.take(4, "signature");
  End end;
  end.start = start;
  const auto disk = in.little_endian<std::uint16_t>("number of this disk");
  const auto directory_disk = in.little_endian<std::uint16_t>("disk of the central directory");
  const auto here = in.little_endian<std::uint16_t>("entries on this disk");
  end.entries = in.little_endian<std::uint16_t>("entries");
  end.directory_size = in.little_endian<std::uint32_t>("size of the central directory");
  end.directory_offset = in.little_endian<std::uint32_t>("offset of the central directory");
  end.comment = in.take(in.little_endian<std::uint16_t>("comment length"), "comment");
  end.behind = in.rest();

  const bool has_locator =
      start >= kLocatorBytes && has_signature(input, start - kLocatorBytes, kLocatorSignature);
  const auto elsewhere = [&](std::uint16_t number) {
    return number != 0 && !(has_locator && number == kSentinel16);
  };
  if (elsewhere(disk) || elsewhere(directory_disk) || here != end.entries)
    reason = "part of an archive on several disks";
  if (has_locator) read_end64(input, start - kLocatorBytes, end, reason);
  return end;
}

bool ends_as_archive(ByteView tail, std::uint64_t size) {
  const std::size_t at = find_end(tail);
  if (at == tail.size()) return false;
  Reader in(tail.subspan(at));
  in.take(4, "signature");
  const auto disks = in.little_endian<std::uint32_t>("disk numbers");
  const auto here = in.little_endian<std::uint16_t>("entries on this disk");
  const auto entries = in.little_endian<std::uint16_t>("entries");
  const std::uint64_t directory_size = in.little_endian<std::uint32_t>("directory size");
  const std::uint64_t directory_offset = in.little_endian<std::uint32_t>("directory offset");
  const std::size_t length = in.little_endian<std::uint16_t>("comment length");
  const bool is_64 =
      entries == kSentinel16 || directory_size == kSentinel32 || directory_offset == kSentinel32;
  return length == in.remaining() && entries == here && entries > 0 && (disks == 0 || is_64) &&
         (is_64 || directory_size + directory_offset <= size - (tail.size() - at));
}

}  // namespace normalize::zip
