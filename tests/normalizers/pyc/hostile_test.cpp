// Marshal streams that no compiler wrote.

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <random>

#include "tests/support/bytes.h"
#include "tests/support/marshal.h"
#include "tests/support/memory.h"

using namespace normalize;
using namespace normalize::test;
using namespace normalize::test::marshal;

namespace {

/// Draws objects that fit the grammar, most of them far from what compilers make: references to
/// anything, sets in sets, lists in themselves.
class RandomObjects {
 public:
  explicit RandomObjects(unsigned seed) : random_(seed) {}

  std::string object(unsigned levels) {
    const unsigned choice = below(levels == 0 ? 9 : 16);
    if (choice == 0) return std::string(1, "NFTS."[below(5)]);
    if (choice <= 2 && numbers_ > 0) return reference(below(numbers_));
    const bool flag = below(2) == 0;
    if (flag) ++numbers_;
    const std::string drawn = choice < 9 ? leaf() : container(levels - 1);
    return flag ? flagged(drawn) : drawn;
  }

 private:
  // std::uniform_int_distribution may draw differently in another standard library.
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  std::string leaf() {
    const std::array words{"", "a", "b", "alpha", "beta", "module", "two words"};
    const std::string_view word = words[below(words.size())];
    switch (below(7)) {
      case 0:
        return integer(static_cast<std::int32_t>(below(600)) - 10);
      case 1:
        return raw(word);
      case 2:
        return "g" + number(below(9)) + number(0);
      case 3:
        return below(2) == 0 ? "l" + number(1) + "\1\1" : "l" + number(0);
      default:
        return below(2) == 0 ? text(word) : interned(word);
    }
  }

  std::string container(unsigned levels) {
    std::vector<std::string> elements;
    const unsigned kind = below(6);
    const unsigned count = kind == 4 ? 2 * below(3) : below(5);
    if (kind == 5) return code(object(levels), "module");
    for (unsigned i = 0; i < count; ++i) elements.push_back(object(levels));
    if (kind == 0) return list(elements);
    if (kind == 1 || kind == 2) return frozenset(elements);
    if (kind == 3) return tuple(elements);
    std::string dict = "{";
    for (const std::string& element : elements) dict += element;
    return dict + "0";
  }

  std::mt19937 random_;
  unsigned numbers_ = 0;
};

void survive(ByteView input) {
  const Outcome once = run(input, "m.pyc", Rules{});
  for (const Remark& remark : once.remarks) CHECK(remark.kind != Remark::Kind::failed);
  if (!once.changed()) return;
  CHECK(run(once.bytes, "m.pyc", Rules{}).outcome == Result::Outcome::already_normal);
}

}  // namespace

TEST_CASE("random objects come to a normal form or are refused, whatever refers to what") {
  std::size_t normalized = 0;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    CAPTURE(seed);
    RandomObjects objects(seed);
    const Bytes file = pyc_of({objects.object(4), objects.object(3), objects.object(2)});
    survive(file);
    if (run(file, "m.pyc", Rules{}).changed()) ++normalized;
  }
  CHECK(normalized > 5'000);  // or else the streams would be worse than they should be
}

TEST_CASE("random bytes behind the header of any version are survived") {
  std::mt19937 random(7);
  for (const auto& sample : samples("pyc")) {
    const Bytes real = read_file(sample);
    for (int round = 0; round < 300; ++round) {
      Bytes noise(real.begin(), real.begin() + 17);
      const std::size_t size = random() % 400;
      // Type codes are likelier than other bytes, or nothing would be read for long.
      static constexpr std::string_view kCodes = "NFTS.0iIlfgxysutRzZaA()[<>{}:cr\xe3\xa9\xfa\0\1";
      for (std::size_t i = 0; i < size; ++i)
        noise.push_back(random() % 3 == 0
                            ? static_cast<std::byte>(random() & 0xff)
                            : static_cast<std::byte>(kCodes[random() % kCodes.size()]));
      survive(noise);
    }
  }
}

TEST_CASE("real files with several bytes changed are survived") {
  std::mt19937 random(11);
  for (const auto& sample : samples("pyc")) {
    const Bytes real = read_file(sample);
    for (int round = 0; round < 500; ++round) {
      Bytes damaged = real;
      for (unsigned i = 0; i <= random() % 4; ++i)
        damaged[8 + random() % (real.size() - 8)] = static_cast<std::byte>(random() & 0xff);
      survive(damaged);
    }
  }
}

TEST_CASE("a file takes no more than 64 bytes of memory for each of its own") {
  if (!have_own_memory()) return;
  const auto filled_with = [](const std::string& object) {
    constexpr std::uint32_t kCount = 2'000'000;
    std::string all = "(" + number(kCount);
    for (std::uint32_t i = 0; i < kCount; ++i) all += object;
    return pyc_of({all});
  };
  for (const std::string& object : {flagged(interned("")), flagged(tuple({})), std::string("N"),
                                    std::string("{0"), frozenset({}), integer(7)}) {
    const Bytes file = filled_with(object);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      rusage before{}, after{};
      getrusage(RUSAGE_SELF, &before);
      run(file, "m.pyc", Rules{});
      getrusage(RUSAGE_SELF, &after);
      const auto grown = static_cast<std::uint64_t>(after.ru_maxrss - before.ru_maxrss) * 1024;
      _exit(grown <= 64 * file.size() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
}
