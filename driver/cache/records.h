#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include "driver/cache/answers.h"

namespace normalize {

/// One name of a file that was normal, as it stands in a cache file: what the file system says of
/// it, which changes with its bytes.
struct CacheRecord {
  CacheKey key;
  std::uint64_t size = 0;                             // in bytes
  std::int64_t mtime_seconds = 0, ctime_seconds = 0;  // since 1970-01-01 UTC
  std::uint32_t mtime_nanoseconds = 0;
  std::uint32_t ctime_nanoseconds = 0;  // and flags

  /// In ctime_nanoseconds: that some format had recognized the file, and that there are answers.
  static constexpr std::uint32_t kRecognized = std::uint32_t{1} << 31,
                                 kAsked = std::uint32_t{1} << 30;
  static constexpr std::uint32_t kFlags = kRecognized | kAsked;

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

/// So much of a cache file is read and written: some twenty million names.
inline constexpr std::uint64_t kMostCacheBytes = std::uint64_t{1} << 30;

struct CacheContents {
  std::vector<CacheRecord> records;
  CacheAnswers answers;
  friend bool operator==(const CacheContents&, const CacheContents&) = default;
};

/// A cache file: a header with `rules`, the digest of the rules in force, the records, sorted, in
/// the byte order of the machine, which no cache leaves, and the answers. Sorts the records. Throws
/// std::length_error where that is more than kMostCacheBytes.
Bytes write_cache(ByteView rules, CacheContents& contents);

/// What is in a cache file; nothing where it was written under other rules. Throws NoCacheFile or
/// DamagedCacheFile.
CacheContents read_cache(ByteView file, ByteView rules);

/// The record of a name; null where there is none.
const CacheRecord* find_record(const std::vector<CacheRecord>& sorted, const CacheKey& key);

}  // namespace normalize
