#include "driver/cache/records.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

const Bytes kRules(32, std::byte{7}), kOtherRules(32, std::byte{8});

std::vector<CacheRecord> three_records() {
  return {{1, 30, 5, 100, 1'700'000'000, 1'700'000'009, 1, 2},
          {1, 20, 6, 0, -1, 1'700'000'009, 999'999'999, CacheRecord::kRecognized | 3},
          {1, 20, 5, 0, -1, 1'700'000'009, 999'999'999, CacheRecord::kRecognized | 3}};
}

/// What a cache file that may be anything is good for; nothing where it is refused.
std::vector<CacheRecord> read(ByteView file) {
  try {
    return read_cache(file, kRules);
  } catch (const NoCacheFile&) {
  } catch (const DamagedCacheFile&) {
  }
  return {};
}

}  // namespace

TEST_CASE("what was written under the same rules is read again, sorted") {
  std::vector<CacheRecord> records = three_records();
  const Bytes file = write_cache(kRules, records);
  CHECK(std::ranges::is_sorted(records));
  CHECK(read_cache(file, kRules) == records);
  CHECK(read_cache(file, kOtherRules).empty());
}

TEST_CASE("the order in which files were found does not reach a cache file") {
  std::vector<CacheRecord> records = three_records(), backwards = three_records();
  std::ranges::reverse(backwards);
  CHECK(write_cache(kRules, records) == write_cache(kRules, backwards));
}

TEST_CASE("a record is found by device, inode and path together") {
  std::vector<CacheRecord> records = three_records();
  std::ranges::sort(records);
  REQUIRE(find_record(records, 1, 20, 6));
  CHECK(find_record(records, 1, 20, 6)->path == 6);
  CHECK_FALSE(find_record(records, 1, 20, 7));
  CHECK_FALSE(find_record(records, 2, 20, 6));
  CHECK_FALSE(find_record(records, 1, 31, 5));
  CHECK_FALSE(find_record({}, 1, 20, 6));
}

TEST_CASE("a cache file that was cut short anywhere is refused") {
  std::vector<CacheRecord> records = three_records();
  const Bytes file = write_cache(kRules, records);
  for (std::size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(read_cache(ByteView(file).first(size), kRules), DamagedCacheFile);
  }
}

TEST_CASE("a cache file with any bit changed gives no record") {
  std::vector<CacheRecord> records = three_records();
  const Bytes file = write_cache(kRules, records);
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    CAPTURE(bit);
    Bytes changed = file;
    changed[bit / 8] ^= std::byte{1} << bit % 8;
    CHECK(read(changed).empty());
  }
}

TEST_CASE("a cache file that says it has more records than bytes is refused") {
  std::vector<CacheRecord> none;
  Bytes file = write_cache(kRules, none);
  for (std::size_t at = 32; at < 40; ++at) file[at] = std::byte{0xff};  // the count
  CHECK_THROWS_AS(read_cache(file, kRules), DamagedCacheFile);
}

TEST_CASE("a file of somebody else's is told from a damaged cache") {
  CHECK_THROWS_AS(read_cache(bytes("#!/bin/sh\n"), kRules), NoCacheFile);
  CHECK_THROWS_AS(read_cache(bytes("normalize"), kRules), DamagedCacheFile);
}
