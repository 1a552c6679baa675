// Whole trees through the pipeline, with the real Python on both sides.

#include <doctest/doctest.h>

#include "driver/pipeline.h"
#include "driver/python/pool.h"
#include "tests/support/bytes.h"
#include "tests/support/python.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

/// The top level of the standard library, compiled at two levels under the names it is installed
/// by, in an order and with strings interned that depend on `seed`.
void compile_standard_library(const TempTree& tree, const std::string& seed,
                              const std::string& modules = "*.py") {
  const CommandResult result = run_command(
      "cp -p $(" + python_command() + " -c 'import os; print(os.path.dirname(os.__file__))')/" +
      modules + " " + shell_word(tree.string()) + " && PYTHONHASHSEED=" + seed + " " +
      python_command() + " -m compileall -q -o 0 -o 2 -d /usr/lib/python3 " +
      shell_word(tree.string()));
  REQUIRE_MESSAGE(result.status == 0, result.output);
}

RunReport apply(const TempTree& tree, const Rules& rules, Services* services) {
  return run_pipeline({Task::Mode::apply, {tree.string()}, {}, 2}, rules, services);
}

Rules with(PycMode mode, bool verify) {
  Rules rules = rules_with_epoch();
  rules.pyc_mode = mode;
  rules.verify_pyc = verify;
  return rules;
}

}  // namespace

TEST_CASE("the standard library compiled anew is, byte for byte, the canonical form of the old") {
  if (!have_python_helper()) return;
  const TempTree clamped, recompiled;
  compile_standard_library(clamped, "1");
  compile_standard_library(recompiled, "2");
  PythonPool python(2, python_options());
  apply(clamped, with(PycMode::clamp, true), &python);
  const RunReport report = apply(recompiled, with(PycMode::recompile, false), &python);
  CHECK(report.summary.failed == 0);
  for (const FileReport& file : report.files) {
    CAPTURE(file.path);
    CHECK(file.journal.remarks.empty());
  }
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(clamped / "__pycache__")) {
    const fs::path name = entry.path().filename();
    CAPTURE(name.string());
    CHECK(read_file(entry.path()) == read_file(recompiled / "__pycache__" / name.string()));
    ++compared;
  }
  CHECK(compared > 300);
}

TEST_CASE("a tree compiled anew and verified is normal after one run") {
  if (!have_python_helper()) return;
  const TempTree tree;
  compile_standard_library(tree, "3", "[a-b]*.py");
  PythonPool python(2, python_options());
  const RunReport first = apply(tree, with(PycMode::recompile, true), &python);
  CHECK(first.summary.failed == 0);
  CHECK(first.summary.changed > 0);
  CHECK(apply(tree, with(PycMode::recompile, true), &python).summary.changed == 0);
}

TEST_CASE("a .pyc whose code was tampered with is compiled anew from its source") {
  if (!have_python_helper()) return;
  const TempTree tree;
  tree.file("m.py", "value = 'right'\n");
  const std::string compile =
      "cd " + shell_word(tree.string()) + " && " + python_command() + " -m compileall -q m.py";
  REQUIRE(run_command(compile).status == 0);
  fs::path cached;
  for (const auto& entry : fs::directory_iterator(tree / "__pycache__")) cached = entry.path();
  Bytes file = read_file(cached);
  const std::size_t at = as_text(file).find("right");
  REQUIRE(at != std::string_view::npos);
  file[at] = std::byte{'f'};
  write_file(cached, file);

  PythonPool python(1, python_options());
  const RunReport report = apply(tree, with(PycMode::recompile, false), &python);
  CHECK(report.summary.changed == 1);
  CHECK(as_text(read_file(cached)).find("right") != std::string_view::npos);
  CHECK(run_command("cd " + shell_word(tree.string()) + " && " + python_command() +
                    " -v -c 'import m; print(m.value)' 2>&1 | grep -e '^right' -e 'matches.*m.py'")
            .output.find("right") != std::string::npos);
}

TEST_CASE("a source that no longer compiles leaves the file to the ordinary form, and is named") {
  if (!have_python_helper()) return;
  const TempTree tree;
  const fs::path source = tree.file("m.py", "value = 1\n");
  set_mtime_ns(source, 1'600'000'000 * kSecond);
  REQUIRE(run_command("cd " + shell_word(tree.string()) + " && " + python_command() +
                      " -m compileall -q m.py")
              .status == 0);
  write_file(source, bytes("value = (\n"));  // as long as before, and of the same time
  set_mtime_ns(source, 1'600'000'000 * kSecond);
  PythonPool python(1, python_options());
  const RunReport report = apply(tree, with(PycMode::recompile, false), &python);
  CHECK(report.summary.failed == 0);
  REQUIRE(report.files.size() >= 1);
  bool named = false;
  for (const FileReport& file : report.files)
    for (const Remark& remark : file.journal.remarks)
      named |= remark.text.find("SyntaxError: '(' was never closed") != std::string::npos;
  CHECK(named);
}
