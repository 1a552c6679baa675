#include "tests/support/laws.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <numeric>

namespace normalize::test {

std::vector<Sample> all_samples() {
  std::vector<Sample> all;
  for (const auto& normalizer : all_normalizers())
    for (const auto& path : samples(normalizer->name()))
      all.push_back({std::string(normalizer->name()), path.filename(), read_file(path)});
  return all;
}

unsigned soak_factor() {
  const char* text = std::getenv("NORMALIZE_SOAK");
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : 0;
}

std::vector<std::size_t> places_of(std::size_t count) {
  constexpr std::size_t kAtStart = 64, kAtEnd = 32, kBetween = 64;
  std::vector<std::size_t> places;
  if (count <= kAtStart + kAtEnd + kBetween || soak_factor() > 0) {
    places.resize(count);
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
  }
  // An odd step meets fields of every alignment.
  const std::size_t step = ((count - kAtStart - kAtEnd) / kBetween) | 1;
  for (std::size_t i = 0; i < count; i += i < kAtStart || i >= count - kAtEnd ? 1 : step)
    places.push_back(i);
  return places;
}

Outcome survive(ByteView input, std::string_view name, const Rules& rules) {
  Outcome outcome = run(input, name, rules);
  if (outcome.outcome == Result::Outcome::damaged) CHECK_FALSE(outcome.remarks.empty());
  CHECK(outcome.changed() == !outcome.findings.empty());
  CHECK(outcome.changed() == !equal(outcome.bytes, input));
  return outcome;
}

}  // namespace normalize::test
