// What becomes of compiled Python where the rules give Python itself a say.

#include <doctest/doctest.h>

#include "tests/support/marshal.h"
#include "tests/support/neighbours.h"
#include "tests/support/services.h"

using namespace normalize;
using namespace normalize::test;
using namespace normalize::test::marshal;

namespace {

constexpr std::uint32_t kTime = 1'000'000'000;  // before kEpoch, so that the header stays
constexpr std::string_view kCached = "__pycache__/m.cpython-311.pyc";

const std::string kSource = "x = 1000\n";

std::string module_with(const std::string& constant) { return code(tuple({constant})); }

Bytes object_bytes(const std::string& constant) { return bytes(module_with(constant)); }

Bytes file_with(const std::string& constant, PycHeader header = {}) {
  header.mtime = kTime;
  header.size = static_cast<std::uint32_t>(kSource.size());
  return pyc_file(module_with(constant), header);
}

OneNeighbour source_beside(std::int64_t time = kTime) {
  return {"m.py", {time, time}, bytes(kSource)};
}

Rules recompiling() {
  Rules rules = rules_with_epoch();
  rules.pyc_mode = PycMode::recompile;
  return rules;
}

Rules verifying() {
  Rules rules = rules_with_epoch();
  rules.verify_pyc = true;
  return rules;
}

/// A Python that makes of any source a module with this constant.
FakePython compiler_to(const std::string& constant) {
  return FakePython([=](ByteView, std::string_view, unsigned) { return object_bytes(constant); });
}

Outcome recompile(ByteView file, Services* python, std::string_view name = kCached,
                  const Rules& rules = recompiling()) {
  const OneNeighbour source = source_beside();
  return run(file, name, rules, &source, python);
}

}  // namespace

TEST_CASE("code that is not what the source compiles to is compiled anew, and brought in order") {
  FakePython python = compiler_to(flagged(integer(1000)));
  const Outcome outcome = recompile(file_with(integer(2000)), &python);
  CHECK(outcome.bytes == file_with(integer(1000)));
  REQUIRE(outcome.findings.size() == 1);
  CHECK(outcome.found("code"));
  CHECK(recompile(outcome.bytes, &python).outcome == Result::Outcome::already_normal);
}

TEST_CASE("code that is what the source compiles to is treated as without compiling") {
  FakePython python = compiler_to(integer(1000));
  CHECK(recompile(file_with(integer(1000)), &python).outcome == Result::Outcome::already_normal);
  const Outcome outcome = recompile(file_with(flagged(integer(1000))), &python);
  CHECK(outcome.bytes == file_with(integer(1000)));
  CHECK(outcome.found("FLAG_REF"));
  CHECK_FALSE(outcome.found("code"));
}

TEST_CASE("the source is compiled under the file's own name and at its level") {
  std::string asked;
  FakePython python;
  python.compile = [&](ByteView source, std::string_view filename, unsigned level) {
    asked = std::string(as_text(source)) + std::string(filename) + " " + std::to_string(level);
    return object_bytes(integer(7));
  };
  recompile(file_with(integer(1000)), &python, "__pycache__/m.cpython-311.opt-2.pyc");
  CHECK(asked == kSource + "a_file.py 2");
}

TEST_CASE("a file outside of __pycache__ keeps the level it was compiled at") {
  FakePython python;
  python.compile = [](ByteView, std::string_view, unsigned level) {
    return object_bytes(integer(1000 + static_cast<int>(level)));
  };
  for (const int level : {0, 1, 2}) {
    const Bytes file = file_with(integer(1000 + level));
    CHECK(recompile(file, &python, "m.pyc").bytes == file);
  }
  CHECK(recompile(file_with(integer(5)), &python, "m.pyc").bytes == file_with(integer(1000)));
  CHECK(recompile(file_with(integer(5)), &python, "m.pyo").bytes == file_with(integer(1001)));
}

TEST_CASE("where nothing can be compiled the code becomes what it does without, and that is said") {
  const Bytes file = file_with(flagged(integer(2000))), settled = file_with(integer(2000));
  FakePython python = compiler_to(integer(1000));
  const auto check = [&](const Outcome& outcome, std::string_view reason) {
    CHECK(outcome.bytes == settled);
    CHECK_MESSAGE(outcome.remarked("not compiled anew: " + std::string(reason)), reason);
  };
  check(recompile(file, nullptr), "there is no Python at hand");
  check(run(file, kCached, recompiling(), nullptr, &python), "there is no source beside it");
  check(recompile(file, &python, "__pycache__/m.cpython-311.opt-x.pyc"),
        "its name tells no optimization level");
  FakePython later = compiler_to(integer(1000));
  later.magic = 3531;
  check(recompile(file, &later), "it is of another version than the Python at hand");
  FakePython broken;
  check(recompile(file, &broken), "not asked for");
  FakePython liar;
  liar.compile = [](ByteView, std::string_view, unsigned) { return bytes("c"); };
  check(recompile(file, &liar), "what Python made of the source cannot be read");
}

TEST_CASE("a stale file is not compiled from a source that Python would not use it for") {
  FakePython python = compiler_to(integer(1000));
  const OneNeighbour newer = source_beside(kTime + 100);
  const Bytes file = file_with(integer(2000));
  CHECK(run(file, kCached, recompiling(), &newer, &python)
            .remarked("it was not compiled from m.py as it stands"));
  const Bytes unchecked =
      pyc_file(module_with(integer(2000)), {.flags = 1, .mtime = 12345, .size = 67890});
  CHECK(recompile(unchecked, &python).bytes == unchecked);
}

TEST_CASE("what Python loads differently is left as it was, and an error") {
  FakePython python;
  python.compare = [](ByteView, ByteView) { return "co_consts[0]: 1 became 2"; };
  const Bytes file = file_with(flagged(integer(2000)));
  const Outcome outcome = recompile(file, &python, kCached, verifying());
  CHECK(outcome.bytes == file);
  REQUIRE(outcome.remarks.size() == 1);
  CHECK(outcome.remarks[0].kind == Remark::Kind::failed);
  CHECK(outcome.remarked("Python loads something else: co_consts[0]: 1 became 2"));
}

TEST_CASE("what Python loads as before is written, and what cannot be compared is not") {
  std::optional<std::pair<Bytes, Bytes>> compared;
  FakePython python;
  python.compare = [&](ByteView before, ByteView after) {
    compared = {Bytes(before.begin(), before.end()), Bytes(after.begin(), after.end())};
    return std::nullopt;
  };
  const Bytes file = file_with(flagged(integer(2000)));
  CHECK(recompile(file, &python, kCached, verifying()).bytes == file_with(integer(2000)));
  CHECK(compared == std::pair(object_bytes(flagged(integer(2000))), object_bytes(integer(2000))));
  FakePython broken;
  CHECK(recompile(file, &broken, kCached, verifying())
            .remarked("Python could not verify it: not asked for"));
  CHECK(recompile(file, nullptr, kCached, verifying()).bytes == file);
}

TEST_CASE("Python is not asked about what has not changed, nor about other versions") {
  FakePython broken;
  CHECK(recompile(file_with(integer(2000)), &broken, kCached, verifying()).remarks.empty());
  broken.magic = 3531;
  CHECK(recompile(file_with(flagged(integer(2000))), &broken, kCached, verifying()).bytes ==
        file_with(integer(2000)));
}
