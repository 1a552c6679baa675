#include "driver/cache/records.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "normalizers/bytes/checksum.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::size_t kDigestBytes = 32;

struct Header {
  std::array<char, 20> magic;
  std::uint32_t byte_order;
  std::uint32_t record_bytes;
  std::uint32_t crc;  // of all behind the header
  std::uint64_t record_count, answer_bytes;
  std::array<std::byte, kDigestBytes> rules;
};
constexpr std::array<char, 20> kMagic{'n', 'o', 'r', 'm', 'a', 'l', 'i', 'z', 'e',
                                      ' ', 'c', 'a', 'c', 'h', 'e', ' ', '2', '\n'};
constexpr std::uint32_t kByteOrder = 0x01020304;

// Both go to disk as they are.
static_assert(sizeof(CacheRecord) == 56 && sizeof(Header) == 80);

ByteView bytes_of(const void* start, std::size_t size) {
  return {static_cast<const std::byte*>(start), size};
}

void expect_magic(ByteView file) {
  const std::size_t there = std::min(file.size(), kMagic.size());
  if (!std::ranges::equal(file.first(there), bytes_of(kMagic.data(), there)))
    throw NoCacheFile("not a cache of normalize");
}

[[noreturn]] void damaged() { throw DamagedCacheFile("damaged, or of another program or machine"); }

/// Where the parts of a file begin, as its header says. The sizes of what was read bound all
/// counts before anything is allocated for them.
struct Parts {
  Header header;
  ByteView records, answers;
};

Parts parts_of(ByteView file) {
  Parts parts{};
  Header& header = parts.header;
  if (file.size() < sizeof header || file.size() > kMostCacheBytes) damaged();
  std::memcpy(&header, file.data(), sizeof header);
  const ByteView body = file.subspan(sizeof header);
  if (header.byte_order != kByteOrder || header.record_bytes != sizeof(CacheRecord) ||
      header.answer_bytes > body.size())
    damaged();
  parts.records = body.first(body.size() - static_cast<std::size_t>(header.answer_bytes));
  parts.answers = body.subspan(parts.records.size());
  if (header.record_count != parts.records.size() / sizeof(CacheRecord) ||
      parts.records.size() % sizeof(CacheRecord) != 0 || header.crc != crc32(body))
    damaged();
  return parts;
}

}  // namespace

Bytes write_cache(ByteView rules, CacheContents& contents) {
  std::ranges::sort(contents.records);
  const ByteView records =
      bytes_of(contents.records.data(), contents.records.size() * sizeof(CacheRecord));
  const Bytes answers = write_answers(contents.answers);
  Header header{};
  if (sizeof header + records.size() + answers.size() > kMostCacheBytes)
    throw std::length_error("there are too many files");
  header.magic = kMagic;
  header.byte_order = kByteOrder;
  header.record_bytes = sizeof(CacheRecord);
  header.record_count = contents.records.size();
  header.answer_bytes = answers.size();
  std::ranges::copy(rules.first(kDigestBytes), header.rules.begin());
  Bytes file(sizeof header);
  file.reserve(sizeof header + records.size() + answers.size());
  file.insert(file.end(), records.begin(), records.end());
  file.insert(file.end(), answers.begin(), answers.end());
  header.crc = crc32(ByteView(file).subspan(sizeof header));
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

CacheContents read_cache(ByteView file, ByteView rules) {
  expect_magic(file);
  const Parts parts = parts_of(file);
  CacheContents contents;
  if (!std::ranges::equal(parts.header.rules, rules)) return contents;
  contents.records.resize(parts.records.size() / sizeof(CacheRecord));
  if (!parts.records.empty())
    std::memcpy(contents.records.data(), parts.records.data(), parts.records.size());
  if (!std::ranges::is_sorted(contents.records)) damaged();
  try {
    contents.answers = read_answers(parts.answers);
  } catch (const FormatError&) {
    damaged();
  }
  return contents;
}

const CacheRecord* find_record(const std::vector<CacheRecord>& sorted, const CacheKey& key) {
  const auto found = std::ranges::lower_bound(sorted, key, {}, &CacheRecord::key);
  return found != sorted.end() && found->key == key ? &*found : nullptr;
}

}  // namespace normalize
