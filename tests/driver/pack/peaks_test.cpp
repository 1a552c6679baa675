#include "driver/pack/peaks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace normalize;

namespace {

std::vector<std::size_t> found(const std::vector<std::uint64_t>& row, std::size_t radius) {
  Peaks peaks(radius);
  peaks.start();
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < row.size(); ++i)
    if (peaks.add(row[i])) places.push_back(i - radius);
  return places;
}

/// By the definition.
std::vector<std::size_t> looked_for(const std::vector<std::uint64_t>& row, std::size_t radius) {
  std::vector<std::size_t> places;
  for (std::size_t i = radius + 1; i + radius < row.size(); ++i) {
    bool tops = true;
    for (std::size_t n = 1; n <= radius; ++n)
      tops = tops && row[i] > row[i - n] && row[i] >= row[i + n];
    if (tops) places.push_back(i);
  }
  return places;
}

}  // namespace

TEST_CASE("peaks are greater than all within the radius") {
  std::mt19937 random(5);
  for (const std::size_t radius : {1U, 2U, 7U, 8U, 40U})
    for (const unsigned values : {2U, 5U, 100U, 1'000'000U}) {
      std::vector<std::uint64_t> row(3000);
      for (std::uint64_t& each : row) each = random() % values;
      CHECK(found(row, radius) == looked_for(row, radius));
    }
  CHECK(found(std::vector<std::uint64_t>(1000, 3), 10).empty());
}

TEST_CASE("a row that only falls or rises has no peak, however long") {
  std::vector<std::uint64_t> row(100'000);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
  CHECK(found(row, 500).empty());
  std::reverse(row.begin(), row.end());
  CHECK(found(row, 500).empty());
}
