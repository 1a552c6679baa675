#include "driver/python/pool.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <thread>

#include "tests/support/bytes.h"
#include "tests/support/python.h"

using namespace normalize;
using namespace normalize::test;

namespace {

std::string source(int number) {
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += "def f" + std::to_string(i) + "(): return 'n" + std::to_string(number + i) + "'\n";
  return text;
}

/// Runs `work(i)` for i below `count` on `threads` threads.
template <typename Work>
void on_threads(unsigned threads, int count, const Work& work) {
  std::atomic<int> next = 0;
  std::vector<std::jthread> workers;
  for (unsigned n = 0; n < threads; ++n)
    workers.emplace_back([&] {
      for (int i; (i = next++) < count;) work(i);
    });
}

}  // namespace

TEST_CASE("eight workers at once get the answers that one gets") {
  if (!have_python_helper()) return;
  constexpr int kSources = 64;
  std::vector<Bytes> answers(kSources);
  PythonPool pool(8, python_options());
  on_threads(8, kSources, [&](int i) {
    answers[static_cast<std::size_t>(i)] = pool.recompile(as_bytes(source(i)), "a.py", 0);
  });
  PythonHelper alone(python_options());
  for (int i = 0; i < kSources; ++i)
    CHECK(alone
              .first_difference(alone.recompile(as_bytes(source(i)), "a.py", 0),
                                answers[static_cast<std::size_t>(i)])
              .value_or("equal") == "equal");
}

TEST_CASE("more workers than helpers wait their turn") {
  if (!have_python_helper()) return;
  PythonPool pool(2, python_options());
  std::atomic<int> served = 0;
  on_threads(8, 40, [&](int i) {
    served += pool.recompile(as_bytes(source(i)), "a.py", 0).empty() ? 0 : 1;
  });
  CHECK(served == 40);
}

TEST_CASE("one worker's bad source does not touch the others") {
  if (!have_python_helper()) return;
  PythonPool pool(4, python_options());
  std::atomic<int> refused = 0, served = 0;
  on_threads(4, 40, [&](int i) {
    try {
      pool.recompile(as_bytes(i % 4 == 0 ? "def (" : source(i)), "a.py", 0);
      ++served;
    } catch (const HelperError&) {
      ++refused;
    }
  });
  CHECK(refused == 10);
  CHECK(served == 30);
}

TEST_CASE("a pool starts no helper before one is needed, and leaves none behind") {
  if (!have_python_helper()) return;
  const std::size_t descriptors = open_descriptors();
  {
    PythonPool pool(8, python_options());
    const std::size_t before = open_descriptors();
    CHECK_FALSE(has_helpers());
    pool.python_magic();
    CHECK(has_helpers());
    CHECK(open_descriptors() == before + 2);  // one socket, one end of a pipe
  }
  CHECK(open_descriptors() == descriptors);
  CHECK_FALSE(has_children());
}
