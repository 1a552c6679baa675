#include "driver/cache/records.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>

#include "normalizers/bytes/checksum.h"

namespace normalize {
namespace {

constexpr std::size_t kDigestBytes = 32;

struct Header {
  std::array<char, 20> magic;
  std::uint32_t byte_order;
  std::uint32_t record_bytes;
  std::uint32_t crc;  // of all behind the header
  std::uint64_t count;
  std::array<std::byte, kDigestBytes> rules;
};
constexpr std::array<char, 20> kMagic{'n', 'o', 'r', 'm', 'a', 'l', 'i', 'z', 'e',
                                      ' ', 'c', 'a', 'c', 'h', 'e', ' ', '1', '\n'};
constexpr std::uint32_t kByteOrder = 0x01020304;

// Both go to disk as they are.
static_assert(sizeof(CacheRecord) == 56 && sizeof(Header) == 72);

ByteView bytes_of(const void* start, std::size_t size) {
  return {static_cast<const std::byte*>(start), size};
}

auto key_of(const CacheRecord& record) {
  return std::tuple(record.device, record.inode, record.path);
}

void expect_magic(ByteView file) {
  const std::size_t there = std::min(file.size(), kMagic.size());
  if (!std::ranges::equal(file.first(there), bytes_of(kMagic.data(), there)))
    throw NoCacheFile("not a cache of normalize");
}

[[noreturn]] void damaged() { throw DamagedCacheFile("damaged, or of another program or machine"); }

}  // namespace

std::uint64_t most_cache_bytes() {
  return sizeof(Header) + kMostCacheRecords * sizeof(CacheRecord);
}

Bytes write_cache(ByteView rules, std::vector<CacheRecord>& records) {
  std::ranges::sort(records);
  if (records.size() > kMostCacheRecords) records.resize(kMostCacheRecords);
  const ByteView body = bytes_of(records.data(), records.size() * sizeof(CacheRecord));
  Header header{};
  header.magic = kMagic;
  header.byte_order = kByteOrder;
  header.record_bytes = sizeof(CacheRecord);
  header.crc = crc32(body);
  header.count = records.size();
  std::ranges::copy(rules.first(kDigestBytes), header.rules.begin());
  Bytes file;
  file.reserve(sizeof header + body.size());
  const ByteView front = bytes_of(&header, sizeof header);
  file.insert(file.end(), front.begin(), front.end());
  file.insert(file.end(), body.begin(), body.end());
  return file;
}

std::vector<CacheRecord> read_cache(ByteView file, ByteView rules) {
  expect_magic(file);
  Header header;
  if (file.size() < sizeof header) damaged();
  std::memcpy(&header, file.data(), sizeof header);
  const ByteView body = file.subspan(sizeof header);
  // The size of what was read bounds the count before anything is allocated for it.
  if (header.byte_order != kByteOrder || header.record_bytes != sizeof(CacheRecord) ||
      header.count != body.size() / sizeof(CacheRecord) || body.size() % sizeof(CacheRecord) != 0 ||
      header.crc != crc32(body))
    damaged();
  std::vector<CacheRecord> records;
  if (!std::ranges::equal(header.rules, rules)) return records;
  records.resize(body.size() / sizeof(CacheRecord));
  if (!body.empty()) std::memcpy(records.data(), body.data(), body.size());
  if (!std::ranges::is_sorted(records)) damaged();
  return records;
}

const CacheRecord* find_record(const std::vector<CacheRecord>& sorted, std::uint64_t device,
                               std::uint64_t inode, std::uint64_t path) {
  const std::tuple key(device, inode, path);
  const auto found = std::ranges::lower_bound(sorted, key, {}, key_of);
  return found != sorted.end() && key_of(*found) == key ? &*found : nullptr;
}

}  // namespace normalize
