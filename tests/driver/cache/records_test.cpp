#include "driver/cache/records.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

const Bytes kRules(32, std::byte{7}), kOtherRules(32, std::byte{8});

CacheContents some_contents() {
  constexpr std::uint32_t kRecognized = CacheRecord::kRecognized;
  CacheContents all;
  all.records = {{{1, 30, 5}, 100, 1'700'000'000, 1'700'000'009, 1, 2},
                 {{1, 20, 6}, 0, -1, 1'700'000'009, 999'999'999, kRecognized | 3},
                 {{1, 20, 5}, 0, -1, 1'700'000'009, 999'999'999, kRecognized | 3}};
  all.answers[{1, 20, 6}] = {{"d/m.py", true, 7, -8}, {"d/missing", false, 0, 0}};
  all.answers[{1, 20, 7}] = {};
  return all;
}

/// What a cache file that may be anything is good for; nothing where it is refused.
CacheContents read(ByteView file) {
  try {
    return read_cache(file, kRules);
  } catch (const NoCacheFile&) {
  } catch (const DamagedCacheFile&) {
  }
  return {};
}

}  // namespace

TEST_CASE("what was written under the same rules is read again, sorted") {
  CacheContents contents = some_contents();
  const Bytes file = write_cache(kRules, contents);
  CHECK(std::ranges::is_sorted(contents.records));
  CHECK(read_cache(file, kRules) == contents);
  CHECK(read_cache(file, kOtherRules) == CacheContents());
}

TEST_CASE("the order in which files were found does not reach a cache file") {
  CacheContents contents = some_contents(), backwards = some_contents();
  std::ranges::reverse(backwards.records);
  CHECK(write_cache(kRules, contents) == write_cache(kRules, backwards));
}

TEST_CASE("a record is found by device, inode and path together") {
  std::vector<CacheRecord> records = some_contents().records;
  std::ranges::sort(records);
  REQUIRE(find_record(records, {1, 20, 6}));
  CHECK(find_record(records, {1, 20, 6})->key.path == 6);
  CHECK_FALSE(find_record(records, {1, 20, 7}));
  CHECK_FALSE(find_record(records, {2, 20, 6}));
  CHECK_FALSE(find_record(records, {1, 31, 5}));
  CHECK_FALSE(find_record({}, {1, 20, 6}));
}

TEST_CASE("a cache file that was cut short anywhere is refused") {
  CacheContents contents = some_contents();
  const Bytes file = write_cache(kRules, contents);
  for (std::size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(read_cache(ByteView(file).first(size), kRules), DamagedCacheFile);
  }
}

TEST_CASE("a cache file with any bit changed is good for nothing") {
  CacheContents contents = some_contents();
  const Bytes file = write_cache(kRules, contents);
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    CAPTURE(bit);
    Bytes changed = file;
    changed[bit / 8] ^= std::byte{1} << bit % 8;
    CHECK(read(changed) == CacheContents());
  }
}

TEST_CASE("a cache file that says it has more than its bytes hold is refused") {
  CacheContents none;
  const Bytes file = write_cache(kRules, none);
  for (const std::size_t count : {32U, 40U}) {  // of records, of bytes of answers
    Bytes changed = file;
    for (std::size_t at = count; at < count + 8; ++at) changed[at] = std::byte{0xff};
    CHECK_THROWS_AS(read_cache(changed, kRules), DamagedCacheFile);
  }
}

TEST_CASE("answers that end in the middle are refused, and ask for no memory") {
  CacheContents contents = some_contents();
  const Bytes answers = write_answers(contents.answers);
  CHECK(read_answers(answers) == contents.answers);
  Bytes endless(answers.begin(), answers.begin() + 24);
  endless.insert(endless.end(), 4, std::byte{0xff});  // four thousand million answers
  CHECK_THROWS_AS(read_answers(endless), FormatError);
}

TEST_CASE("a file of somebody else's is told from a damaged cache") {
  CHECK_THROWS_AS(read_cache(bytes("#!/bin/sh\n"), kRules), NoCacheFile);
  CHECK_THROWS_AS(read_cache(bytes("normalize"), kRules), DamagedCacheFile);
}
