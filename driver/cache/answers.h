#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// A name of a file in the cache.
struct CacheKey {
  std::uint64_t device = 0, inode = 0;
  std::uint64_t path = 0;  // name_hash() of the path in reports, which rules go by
  friend auto operator<=>(const CacheKey&, const CacheKey&) = default;
};

/// What a file was told of another one, by which its normal form goes: of a .pyc's source, say.
struct CacheAnswer {
  std::string name;  // as it was asked for
  bool there = false;
  std::int64_t time_before = 0, time_after = 0;  // as Neighbours::Neighbour has them
  friend bool operator==(const CacheAnswer&, const CacheAnswer&) = default;
};

/// By the file that was told, in the order it asked.
using CacheAnswers = std::map<CacheKey, std::vector<CacheAnswer>>;

/// As they stand in a cache file, and back. Throws FormatError.
Bytes write_answers(const CacheAnswers& answers);
CacheAnswers read_answers(ByteView bytes);

}  // namespace normalize
