#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// One name of a file that was normal, as it stands in a cache file: what the file system says of
/// it, which changes with its bytes.
struct CacheRecord {
  std::uint64_t device = 0, inode = 0;
  std::uint64_t path = 0;  // name_hash() of the path in reports, which rules go by
  std::uint64_t size = 0;  // in bytes
  std::int64_t mtime_seconds = 0, ctime_seconds = 0;  // since 1970-01-01 UTC
  std::uint32_t mtime_nanoseconds = 0;
  std::uint32_t ctime_nanoseconds = 0;  // and kRecognized

  /// In ctime_nanoseconds: that some format had recognized the file.
  static constexpr std::uint32_t kRecognized = std::uint32_t{1} << 31;

  friend auto operator<=>(const CacheRecord&, const CacheRecord&) = default;
};

/// What is no cache file at all, and not to be replaced by one.
class NoCacheFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// A cache file that somebody has cut short, or changed.
class DamagedCacheFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// So much of a cache file is read and written; more names of files are not remembered.
inline constexpr std::size_t kMostCacheRecords = 10'000'000;

/// A cache file: a header with `rules`, the digest of the rules in force, and the records, sorted,
/// in the byte order of the machine, which no cache leaves. Sorts `records`.
Bytes write_cache(ByteView rules, std::vector<CacheRecord>& records);

/// The records of a cache file, sorted; none where it was written under other rules. Throws
/// NoCacheFile or DamagedCacheFile.
std::vector<CacheRecord> read_cache(ByteView file, ByteView rules);

/// How large a file of kMostCacheRecords is.
std::uint64_t most_cache_bytes();

/// The record of a name; null where there is none.
const CacheRecord* find_record(const std::vector<CacheRecord>& sorted, std::uint64_t device,
                               std::uint64_t inode, std::uint64_t path);

}  // namespace normalize
