#include "normalizers/pyc/header.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/marshal.h"
#include "tests/support/neighbours.h"

using namespace normalize;
using namespace normalize::test;
using namespace normalize::test::marshal;

namespace {

constexpr std::uint32_t kThen = 1'750'000'000;  // when the source was written; after kEpoch
constexpr std::string_view kSource = "print('hello')\n";
const std::string kName = "pkg/__pycache__/m.cpython-311.pyc";

Bytes compiled(std::uint32_t mtime, std::uint32_t flags = 0) {
  return pyc_file(
      code(tuple({integer(1000)})),
      {.flags = flags, .mtime = mtime, .size = static_cast<std::uint32_t>(kSource.size())});
}

Rules mode(PycMode mode, std::optional<std::int64_t> epoch = kEpoch) {
  Rules rules;
  rules.epoch = epoch;
  rules.pyc_mode = mode;
  return rules;
}

OneNeighbour source(std::int64_t before, std::int64_t after, bool local_time = false) {
  return {"pkg/m.py", {before, after, local_time}, bytes(kSource)};
}

std::uint32_t word(ByteView file, std::size_t index) {
  return Reader(file.subspan(4 * index)).little_endian<std::uint32_t>("header");
}
std::uint32_t mtime_of(const Outcome& outcome) { return word(outcome.bytes, 2); }

/// 3.11's hash of kSource, from importlib.util.source_hash().
constexpr std::uint32_t kHashLow = 0x6826'8fde, kHashHigh = 0xb5c7'c2cd;

}  // namespace

TEST_CASE("pyc: the source of bytecode is found by the name, in all three forms") {
  CHECK(pyc::source_name("m.pyc") == "m.py");
  CHECK(pyc::source_name("a/b/m.pyo") == "a/b/m.py");
  CHECK(pyc::source_name("__pycache__/m.cpython-311.pyc") == "m.py");
  CHECK(pyc::source_name("a/__pycache__/m.cpython-311.opt-2.pyc") == "a/m.py");
  CHECK(pyc::source_name("a/__pycache__/b.c.cpython-38.pyc") == "a/b.c.py");
  CHECK(pyc::source_name("a/my__pycache__/m.x.pyc") == "a/my__pycache__/m.x.py");
  CHECK(pyc::source_name("a/__pycache__/m.pyc").empty());
  CHECK(pyc::source_name("a/.pyc").empty());
  CHECK(pyc::source_name("m.py").empty());
}

TEST_CASE("pyc: a header that matched its source gets the time that the source will have") {
  for (const PycMode each : {PycMode::clamp, PycMode::zero})
    for (const std::int64_t after : {std::int64_t{kEpoch}, std::int64_t{kThen}, std::int64_t{0}}) {
      const OneNeighbour beside = source(kThen, after);
      const Outcome outcome = run(compiled(kThen), kName, mode(each), &beside);
      CHECK(mtime_of(outcome) == after);
      CHECK(outcome.found("mtime") == (after != kThen));
      CHECK(word(outcome.bytes, 3) == kSource.size());
    }
}

TEST_CASE("pyc: times count modulo two to the power of 32, as Python compares them") {
  const std::int64_t far = std::int64_t{kThen} + (std::int64_t{1} << 32);
  const OneNeighbour beside = source(far, far + 1);
  CHECK(mtime_of(run(compiled(kThen), kName, mode(PycMode::clamp), &beside)) == kThen + 1);
}

TEST_CASE("pyc: a stale file stays stale, without the time that nobody needs") {
  const OneNeighbour beside = source(kThen, kEpoch);
  const Outcome outcome = run(compiled(kThen - 7), kName, mode(PycMode::clamp), &beside);
  CHECK(mtime_of(outcome) == 0);
  CHECK(outcome.remarked("was not compiled from pkg/m.py as it stands"));

  const OneNeighbour dated_zero = source(kThen, 0);
  for (const PycMode each : {PycMode::clamp, PycMode::zero, PycMode::unchecked_hash}) {
    const Outcome kept_apart = run(compiled(kThen - 7), kName, mode(each), &dated_zero);
    CHECK(mtime_of(kept_apart) == 1);
    CHECK(word(kept_apart.bytes, 1) == 0);
  }
}

TEST_CASE("pyc: without a source in reach the time is one like any other") {
  for (const std::string& name : {std::string("m.pyc"), kName, std::string("lib.bin")}) {
    CHECK(mtime_of(run(compiled(kThen), name, mode(PycMode::clamp))) == kEpoch);
    CHECK(mtime_of(run(compiled(5), name, mode(PycMode::clamp))) == 5);
    CHECK(mtime_of(run(compiled(kThen), name, mode(PycMode::clamp, std::nullopt))) == 0);
    CHECK(mtime_of(run(compiled(kThen), name, mode(PycMode::zero))) == 0);
    CHECK(mtime_of(run(compiled(kThen), name, mode(PycMode::keep))) == kThen);
  }
  const OneNeighbour other{"pkg/other.py", {kThen, 77}};
  CHECK(mtime_of(run(compiled(kThen), kName, mode(PycMode::clamp), &other)) == kEpoch);
}

TEST_CASE("pyc: zero gives way to the source's time where that is not zero, and says so") {
  const OneNeighbour beside = source(kThen, kEpoch);
  const Outcome outcome = run(compiled(kThen), kName, mode(PycMode::zero), &beside);
  CHECK(mtime_of(outcome) == kEpoch);
  CHECK(outcome.remarked("pkg/m.py keeps a time, so the header holds that and not 0"));
}

TEST_CASE("pyc: a time out of a zip archive matches in any zone, to two seconds") {
  for (const int minutes : {0, -840, 840, 345, -210, 60})
    for (const int seconds : {-2, 0, 1, 2})
      CHECK(pyc::matches(static_cast<std::uint32_t>(std::int64_t{kThen} + minutes * 60 + seconds),
                         {kThen, 0, true}));
  for (const int seconds : {3, -3, 450, 840 * 60 + 900, -840 * 60 - 3})
    CHECK_FALSE(
        pyc::matches(static_cast<std::uint32_t>(std::int64_t{kThen} + seconds), {kThen, 0, true}));
  CHECK_FALSE(pyc::matches(kThen + 3600, {kThen, 0, false}));
}

TEST_CASE("pyc: the hash modes write the hash of a source that the header matched") {
  const OneNeighbour beside = source(kThen, kEpoch);
  const Outcome unchecked = run(compiled(kThen), kName, mode(PycMode::unchecked_hash), &beside);
  CHECK(word(unchecked.bytes, 1) == 1);
  CHECK(word(unchecked.bytes, 2) == kHashLow);
  CHECK(word(unchecked.bytes, 3) == kHashHigh);
  REQUIRE(unchecked.found("invalidation"));
  CHECK(unchecked.findings[0].before == "source time 2025-06-15T15:06:40Z");
  CHECK(unchecked.findings[0].after == "unchecked hash b5c7c2cd68268fde");
  const Outcome checked = run(compiled(kThen), kName, mode(PycMode::checked_hash), &beside);
  CHECK(word(checked.bytes, 1) == 3);
  CHECK(run(checked.bytes, kName, mode(PycMode::checked_hash), &beside).outcome ==
        Result::Outcome::already_normal);
}

TEST_CASE("pyc: the hash modes bless no file that is stale by time or size") {
  const OneNeighbour later = source(kThen + 1, kEpoch);
  CHECK(word(run(compiled(kThen), kName, mode(PycMode::checked_hash), &later).bytes, 1) == 0);
  const OneNeighbour longer{"pkg/m.py", {kThen, kEpoch}, bytes("print('hello again')\n")};
  const Outcome outcome = run(compiled(kThen), kName, mode(PycMode::unchecked_hash), &longer);
  CHECK(word(outcome.bytes, 1) == 0);
  CHECK(mtime_of(outcome) == kEpoch);  // and Python goes on to see the size
}

TEST_CASE("pyc: a source that cannot be read gives no hash, and that is said") {
  const OneNeighbour unreadable{"pkg/m.py", {kThen, kEpoch}};
  const Outcome outcome = run(compiled(kThen), kName, mode(PycMode::checked_hash), &unreadable);
  CHECK(mtime_of(outcome) == kEpoch);
  CHECK(outcome.remarked("pkg/m.py cannot be read, so no hash is written"));
}

TEST_CASE("pyc: hashes that are there stay, and change their kind only when asked to") {
  const Bytes checked =
      pyc_file(code(tuple({})), {.flags = 3, .mtime = kHashLow, .size = kHashHigh});
  const OneNeighbour beside = source(kThen, kEpoch);
  const auto flags = [&](PycMode each) {
    return word(run(checked, kName, mode(each), &beside).bytes, 1);
  };
  CHECK(flags(PycMode::clamp) == 3);
  CHECK(flags(PycMode::zero) == 3);
  CHECK(flags(PycMode::checked_hash) == 3);
  CHECK(flags(PycMode::unchecked_hash) == 1);

  const Bytes stale = pyc_file(code(tuple({})), {.flags = 3, .mtime = 1, .size = 2});
  const Outcome outcome = run(stale, kName, mode(PycMode::unchecked_hash), &beside);
  CHECK(word(outcome.bytes, 1) == 3);
  CHECK(outcome.remarked("was not compiled from pkg/m.py as it stands"));
}

TEST_CASE("pyc: versions before PEP 552 get a time in the hash modes") {
  const std::filesystem::path sample = data_folder() / "pyc/python-3.6.pyc";
  const OneNeighbour beside{"m.py", {1'600'000'000, 77}, bytes(kSource)};
  const Outcome outcome =
      run(read_file(sample), "__pycache__/m.cpython-36.pyc", mode(PycMode::checked_hash), &beside);
  CHECK(word(outcome.bytes, 1) == 77);
}

TEST_CASE("pyc: flags of some later PEP leave the header alone") {
  const Outcome outcome = run(compiled(kThen, 4), kName, mode(PycMode::zero));
  CHECK(word(outcome.bytes, 1) == 4);
  CHECK(mtime_of(outcome) == kThen);
  CHECK(outcome.remarked("flags that PEP 552 does not know"));
}

TEST_CASE("pyc: the hashes that nine interpreters wrote are the ones written here") {
  const std::filesystem::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  const Bytes text = read_file(fixtures / "pyc/src/common_numbers.py");
  std::size_t compared = 0;
  for (const auto& folder : std::filesystem::directory_iterator(fixtures / "pyc/hashed")) {
    CAPTURE(folder.path().string());
    const Bytes plain =
        read_file(fixtures / "pyc/pairs" / folder.path().filename() / "N/common_numbers.pyc");
    const OneNeighbour beside{"m.py", {0, 0}, text};
    CHECK(run(plain, "m.pyc", mode(PycMode::unchecked_hash), &beside).bytes ==
          read_file(folder.path() / "common_numbers.unchecked.pyc"));
    CHECK(run(plain, "m.pyc", mode(PycMode::checked_hash), &beside).bytes ==
          read_file(folder.path() / "common_numbers.checked.pyc"));
    ++compared;
  }
  CHECK(compared == 9);
}
