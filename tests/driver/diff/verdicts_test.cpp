// What diff says of a pair against what normalize makes of each.

#include <doctest/doctest.h>

#include "tests/support/comparison.h"
#include "tests/support/laws.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;
using diff::Verdict;

namespace {

/// Of normal forms that differ, and are not the same bytes to begin with.
bool is_right(const diff::Comparison& comparison, bool same) {
  return comparison.root.verdict == (same ? Verdict::noise : Verdict::different);
}

/// Told by one worker. `tree` is one for many: making folders is most of the time.
diff::Comparison comparison_of(const TempTree& tree, const std::string& name, const Bytes& a,
                               const Bytes& b) {
  const auto left = tree.file("a/" + name, a), right = tree.file("b/" + name, b);
  diff::Comparison comparison = compare(left, right, diff::default_rules(), 1);
  std::filesystem::remove(left);  // a neighbour of the next would be asked
  std::filesystem::remove(right);
  return comparison;
}

/// How bzip2, lzma and compress have packed what they hold counts as noise: they are nothing else.
bool is_only_packing(const Sample& sample) {
  return sample.format == "bzip2" || sample.format == "lzma" || sample.format == "compress";
}

Bytes with_flipped_bit(Bytes bytes, std::size_t at) {
  bytes[at] ^= std::byte{1};
  return bytes;
}

/// Every tenth place or so.
std::vector<std::size_t> some_places(std::size_t size) {
  std::vector<std::size_t> places;
  for (const std::size_t part : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U})
    if (size * part / 10 < size) places.push_back(size * part / 10);
  return places;
}

Bytes in_zip(const std::string& name, const Bytes& bytes, zip::DosTime time) {
  return zip_file({{.name = name, .data = std::string(as_text(bytes)), .modified = time}});
}

constexpr zip::DosTime kOther{1 << 11, 45 << 9 | 1 << 5 | 2};

}  // namespace

TEST_CASE(
    "of a sample with one bit flipped diff says noise where both end the same, and only there") {
  const TempTree tree;
  const Rules rules = diff::default_rules();
  for (const Sample& sample : all_samples()) {
    if (is_only_packing(sample)) continue;
    CAPTURE(sample.name);
    const Bytes before = normal(sample.bytes, sample.name, rules);
    for (const std::size_t at : some_places(sample.bytes.size())) {
      CAPTURE(at);
      const Bytes changed = with_flipped_bit(sample.bytes, at);
      const bool same = before == normal(changed, sample.name, rules);
      CHECK(is_right(comparison_of(tree, sample.name, sample.bytes, changed), same));
    }
  }
}

TEST_CASE(
    "the same holds for a member of a zip that differs else in noise, and the member is named") {
  const TempTree tree;
  const Rules rules = diff::default_rules();
  for (const Sample& sample : all_samples()) {
    if (is_only_packing(sample)) continue;
    CAPTURE(sample.name);
    const Bytes before = in_zip(sample.name, sample.bytes, kLate);
    const Bytes normal_form = normal(before, "x.zip", rules);
    for (const std::size_t at : some_places(sample.bytes.size())) {
      CAPTURE(at);
      const Bytes after = in_zip(sample.name, with_flipped_bit(sample.bytes, at), kOther);
      const bool same = normal_form == normal(after, "x.zip", rules);
      const diff::Comparison comparison = comparison_of(tree, "x.zip", before, after);
      CHECK(is_right(comparison, same));
      if (!same) CHECK(tells(comparison, "!" + sample.name));
    }
  }
}

TEST_CASE("what is shaken is noise to diff, and with one bit flipped it is what that makes of it") {
  const TempTree tree;
  const Rules rules = diff::default_rules();
  Rules shaking = rules;
  for (const Sample& sample : all_samples()) {
    if (is_only_packing(sample)) continue;
    CAPTURE(sample.name);
    const Bytes before = normal(sample.bytes, sample.name, rules);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      CAPTURE(seed);
      shaking.noise = Noise(seed);
      const Bytes shaken = normal(sample.bytes, sample.name, shaking);
      if (shaken == sample.bytes) continue;
      const bool same = before == normal(shaken, sample.name, rules);
      CHECK(is_right(comparison_of(tree, sample.name, sample.bytes, shaken), same));
      const Bytes changed = with_flipped_bit(shaken, shaken.size() * seed / 4);
      const bool still_same = before == normal(changed, sample.name, rules);
      CHECK(is_right(comparison_of(tree, sample.name, sample.bytes, changed), still_same));
    }
  }
}

TEST_CASE(
    "two samples of a format are noise to each other where both end the same, and only there") {
  const TempTree tree;
  const Rules rules = diff::default_rules();
  const std::vector<Sample> samples = all_samples();
  for (std::size_t i = 0; i + 1 < samples.size(); ++i) {
    const Sample &one = samples[i], &other = samples[i + 1];
    if (one.format != other.format || is_only_packing(one) || one.bytes == other.bytes) continue;
    CAPTURE(one.name);
    CAPTURE(other.name);
    const bool same = normal(one.bytes, one.name, rules) == normal(other.bytes, one.name, rules);
    CHECK(is_right(comparison_of(tree, one.name, one.bytes, other.bytes), same));
  }
}
