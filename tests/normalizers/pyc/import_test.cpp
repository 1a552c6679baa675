// What each header mode promises, by importing: bytecode that Python used, it still uses.

#include <doctest/doctest.h>

#include "normalizers/pyc/header.h"
#include "tests/support/bytes.h"
#include "tests/support/interpreters.h"
#include "tests/support/neighbours.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kWritten = 1'750'000'001;  // after kEpoch, and odd: DOS times are even

// Bytecode that says something else than its source shows which of them was imported.
constexpr std::string_view kCompiled = "word = 'bytecode'\n", kEdited = "word = 'newtexts'\n";
static_assert(kCompiled.size() == kEdited.size());

/// A module of one interpreter in a folder of its own.
class Module {
 public:
  Module(const Python& python, const std::string& target) : python_(python) {
    write_source(kCompiled, kWritten);
    const CommandResult compiled = run_command(
        "cd " + shell_word(tree_.string()) + " && " + shell_word(python.program) +
        " -c 'import py_compile; py_compile.compile(\"m.py\", " + target + ", \"m.py\", True)'");
    REQUIRE_MESSAGE(compiled.status == 0, compiled.output);
    const auto files = files_below(tree_.path(), ".pyc");
    REQUIRE(files.size() == 1);
    bytecode_ = files[0];
  }

  void write_source(std::string_view text, std::int64_t mtime) {
    tree_.file("m.py", text);
    set_mtime_ns(tree_ / "m.py", mtime * kSecond);
  }

  /// As a run over the tree would: bytecode and source come out together.
  Outcome normalize_with(PycMode mode, std::int64_t source_after) {
    Rules rules = rules_with_epoch();
    rules.pyc_mode = mode;
    const OneNeighbour source("m.py", {mtime_ns(tree_ / "m.py") / kSecond, source_after},
                              read_file(tree_ / "m.py"));
    const std::string name = bytecode_.lexically_relative(tree_.path());
    Outcome outcome = run(read_file(bytecode_), name, rules, &source);
    write_file(bytecode_, outcome.bytes);
    set_mtime_ns(tree_ / "m.py", source_after * kSecond);
    return outcome;
  }

  struct Import {
    std::string word;
    bool wrote_bytecode;
  };
  Import import(const std::string& where = ".") const {
    const Bytes before = read_file(bytecode_);
    const CommandResult result = run_command(
        "cd / && TZ=UTC PYTHONPATH=" + shell_word((tree_ / where).string()) + " " +
        shell_word(python_.program) + " -v -c 'import m; print(\"word=\" + m.word)' 2>&1");
    const std::size_t at = result.output.find("word=");
    REQUIRE_MESSAGE(at != std::string::npos, result.output);
    const bool stale = result.output.find("is stale for 'm'") != std::string::npos ||
                       result.output.find("m.pyc has bad mtime") != std::string::npos;
    const Bytes after = fs::exists(bytecode_) ? read_file(bytecode_) : before;
    return {result.output.substr(at + 5, 8), stale || before != after};
  }

  const TempTree& tree() const { return tree_; }
  const fs::path& bytecode() const { return bytecode_; }

 private:
  Python python_;
  TempTree tree_;
  fs::path bytecode_;
};

bool has_pep552(const Python& python) { return python.major == 3 && python.minor >= 7; }

std::string usual_place(const Python& python) { return python.major == 2 ? "\"m.pyc\"" : "None"; }

}  // namespace

TEST_CASE("clamped together with its source, bytecode is used and not written again") {
  for (const Python& python : pythons()) {
    CAPTURE(python.program);
    Module module(python, usual_place(python));
    module.write_source(kEdited, kWritten);
    CHECK(module.normalize_with(PycMode::clamp, kEpoch).found("mtime"));
    const Module::Import imported = module.import();
    CHECK(imported.word == "bytecode");
    CHECK_FALSE(imported.wrote_bytecode);
  }
}

TEST_CASE("bytecode whose source alone was clamped is compiled anew: the tests see it") {
  for (const Python& python : pythons()) {
    CAPTURE(python.program);
    Module module(python, usual_place(python));
    module.write_source(kEdited, kWritten);
    module.normalize_with(PycMode::keep, kEpoch);
    const Module::Import imported = module.import();
    CHECK(imported.word == "newtexts");
    CHECK(imported.wrote_bytecode);
  }
}

TEST_CASE("zeroed with a source dated zero, bytecode is used") {
  for (const Python& python : pythons()) {
    CAPTURE(python.program);
    Module module(python, usual_place(python));
    module.write_source(kEdited, kWritten);
    module.normalize_with(PycMode::zero, 0);
    const Module::Import imported = module.import();
    CHECK(imported.word == "bytecode");
    CHECK_FALSE(imported.wrote_bytecode);
  }
}

TEST_CASE("with an unchecked hash bytecode is used whatever becomes of the source") {
  for (const Python& python : pythons()) {
    if (!has_pep552(python)) continue;
    CAPTURE(python.program);
    Module module(python, usual_place(python));
    module.normalize_with(PycMode::unchecked_hash, kEpoch);
    module.write_source("word = 'something else'\n", 5);
    const Module::Import imported = module.import();
    CHECK(imported.word == "bytecode");
    CHECK_FALSE(imported.wrote_bytecode);
  }
}

TEST_CASE("with a checked hash bytecode is used while the source holds the same bytes") {
  for (const Python& python : pythons()) {
    if (!has_pep552(python)) continue;
    CAPTURE(python.program);
    Module module(python, usual_place(python));
    module.normalize_with(PycMode::checked_hash, kEpoch);
    module.write_source(kCompiled, 5);
    const Module::Import same = module.import();
    CHECK(same.word == "bytecode");
    CHECK_FALSE(same.wrote_bytecode);
    module.write_source(kEdited, 5);
    CHECK(module.import().word == "newtexts");
  }
}

TEST_CASE("stale bytecode is not blessed by any mode") {
  for (const Python& python : pythons())
    for (const PycMode mode : {PycMode::clamp, PycMode::zero, PycMode::unchecked_hash,
                               PycMode::checked_hash, PycMode::keep})
      for (const std::int64_t after : {kEpoch, std::int64_t{0}}) {
        CAPTURE(python.program);
        Module module(python, usual_place(python));
        module.write_source(kEdited, kWritten + 10);
        module.normalize_with(mode, after);
        CHECK(module.import().word == "newtexts");
      }
}

TEST_CASE("bytecode without a source is used with any time") {
  for (const Python& python : pythons()) {
    CAPTURE(python.program);
    Module module(python, "\"m.pyc\"");
    fs::remove(module.tree() / "m.py");
    Bytes normal_form = normal(read_file(module.bytecode()), "m.pyc");
    CHECK(normal_form != read_file(module.bytecode()));
    write_file(module.bytecode(), normal_form);
    const Module::Import imported = module.import();
    CHECK(imported.word == "bytecode");
    CHECK_FALSE(imported.wrote_bytecode);
  }
}

TEST_CASE("in a zip archive bytecode is used where the header follows the time of its source") {
  for (const Python& python : pythons()) {
    CAPTURE(python.program);
    for (const PycMode mode : {PycMode::clamp, PycMode::unchecked_hash}) {
      Module module(python, "\"m.pyc\"");
      module.write_source(kEdited, kWritten);
      // A zip archive holds even seconds, here in UTC.
      module.normalize_with(mode, kEpoch - 1);
      const CommandResult packed = run_command("cd " + shell_word(module.tree().string()) +
                                               " && TZ=UTC python3 -m zipfile -c m.zip m.py m.pyc");
      REQUIRE_MESSAGE(packed.status == 0, packed.output);
      CHECK(module.import("m.zip").word == "bytecode");
    }
  }
}
