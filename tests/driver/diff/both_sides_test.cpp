#include "driver/diff/both_sides.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace normalize::diff;

namespace {

constexpr std::uint64_t kMuch = std::uint64_t{1} << 30;

/// What was thrown of two sides.
template <typename A, typename B>
std::string thrown(IdleWorkers& idle, std::uint64_t bytes, const A& a, const B& b) {
  try {
    on_both_sides(idle, bytes, a, b);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("both sides are done, by another worker where one is idle and there is enough to do") {
  for (const unsigned count : {0U, 1U})
    for (const std::uint64_t bytes : {std::uint64_t{1}, kMuch}) {
      IdleWorkers idle(count);
      std::thread::id of_a, of_b;
      on_both_sides(
          idle, bytes, [&] { of_a = std::this_thread::get_id(); },
          [&] { of_b = std::this_thread::get_id(); });
      CHECK(of_a == std::this_thread::get_id());
      CHECK((of_b != of_a) == (count == 1 && bytes == kMuch));
      CHECK(of_b != std::thread::id());
      CHECK(idle.take() == (count == 1));
    }
}

TEST_CASE("a side that throws lets the other end, and side A is heard first") {
  for (const unsigned count : {0U, 1U}) {
    IdleWorkers idle(count);
    bool done = false;
    const auto end = [&] { done = true; };
    const auto fail_a = [] { throw std::runtime_error("a"); };
    const auto fail_b = [] { throw std::runtime_error("b"); };
    CHECK(thrown(idle, kMuch, fail_a, end) == "a");
    CHECK(done);
    CHECK(thrown(idle, kMuch, end, fail_b) == "b");
    CHECK(thrown(idle, kMuch, fail_a, fail_b) == "a");
    CHECK(idle.take() == (count == 1));
    CHECK_FALSE(idle.take());
  }
}
