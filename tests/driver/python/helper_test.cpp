#include "driver/python/helper.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/support/bytes.h"
#include "tests/support/python.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

constexpr std::size_t kHeaderBytes = 16;

/// What `python3 -m py_compile` makes of a file, at an optimization level, without its header.
Bytes py_compile(const std::filesystem::path& source, unsigned level) {
  const TempTree tree;
  const std::string target = (tree / "out.pyc").string();
  const CommandResult result = run_command(
      python_command() + " -c 'import py_compile, sys; py_compile.compile(sys.argv[1], " +
      "cfile=sys.argv[2], doraise=True, optimize=" + std::to_string(level) + ")' " +
      shell_word(source.string()) + " " + shell_word(target));
  REQUIRE_MESSAGE(result.status == 0, result.output);
  const Bytes whole = read_file(target);
  return {whole.begin() + kHeaderBytes, whole.end()};
}

std::filesystem::path standard_library() {
  const CommandResult found = run_command(
      python_command() + " -c 'import os; print(os.path.dirname(os.__file__), end=\"\")'");
  return found.output;
}

}  // namespace

TEST_CASE("the greeting tells the version and the magic number of the Python it embeds") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  const CommandResult version = run_command(
      python_command() + " -c 'import platform; print(platform.python_version(), end=\"\")'");
  CHECK(helper.python_version() == version.output);
  const CommandResult magic =
      run_command(python_command() +
                  " -c 'import sys, importlib.util as u; sys.stdout.buffer.write(u.MAGIC_NUMBER)'");
  CHECK(as_text(helper.python_magic()) == magic.output);
}

TEST_CASE("a recompiled file loads as the one that py_compile writes, at every level") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  for (const char* module : {"ftplib", "enum", "dataclasses", "typing", "_strptime", "this"})
    for (const unsigned level : {0U, 1U, 2U}) {
      CAPTURE(module);
      CAPTURE(level);
      const auto source = standard_library() / (std::string(module) + ".py");
      const Bytes theirs = py_compile(source, level);
      const Bytes ours = helper.recompile(read_file(source), source.string(), level);
      CHECK(helper.first_difference(theirs, ours).value_or("none") == "none");
      CHECK(helper.first_difference(ours, theirs).value_or("none") == "none");
    }
}

TEST_CASE("the levels differ, and so do file names, bytes that are not UTF-8 among them") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  const Bytes source = bytes("assert x\n");
  const Bytes zero = helper.recompile(source, "a.py", 0), one = helper.recompile(source, "a.py", 1);
  CHECK(helper.first_difference(zero, one).value_or("").starts_with("co_code: b'"));
  CHECK(helper.first_difference(zero, helper.recompile(source, "b.py", 0)) ==
        "co_filename: 'a.py' became 'b.py'");
  const std::string_view surrogate = "\xed\xb3\xbf.py";  // as marshal writes what stood for \xff
  CHECK(helper.first_difference(zero, helper.recompile(source, surrogate, 0)) ==
        "co_filename: 'a.py' became '\\udcff.py'");
}

TEST_CASE("a source that does not compile is an error of its own, and the helper stays") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  helper.python_magic();
  const pid_t before = helper.pid();
  const auto compile = [&](std::string_view source) {
    return helper_error([&] { helper.recompile(as_bytes(source), "a.py", 0); });
  };
  CHECK(compile("x = (\n") ==
        "normalize-python: SyntaxError: '(' was never closed (<source>, line 1)");
  CHECK(compile("") == "no error");
  CHECK(compile("a\0b"sv).find("null bytes") != std::string::npos);
  CHECK(compile("# coding: no-such\n").find("unknown encoding") != std::string::npos);
  CHECK(compile("# coding: latin-1\nx = '\xe9'\n") == "no error");
  CHECK(helper.pid() == before);
}

TEST_CASE("a source named like a pipe, or like a file full of lies, has nothing opened") {
  if (!have_python_helper()) return;
  const TempTree tree;
  const std::string pipe = (tree / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  PythonHelper helper(python_options(std::chrono::seconds(20)));
  CHECK(helper_error([&] { helper.recompile(bytes("def ("), pipe, 0); }).find("SyntaxError") !=
        std::string::npos);
  helper.recompile(bytes("x is 'warned of'\n"), pipe, 0);
}

TEST_CASE("the user's settings of Python do not reach the helper") {
  if (!have_python_helper()) return;
  ::setenv("PYTHONHOME", "/nonexistent", 1);
  ::setenv("PYTHONHASHSEED", "7", 1);
  ::setenv("PYTHONOPTIMIZE", "2", 1);
  PythonHelper odd(python_options()), plain(python_options());
  const Bytes source = bytes("'doc'\nassert x in {'a', 'b', 'c', 'd'}\n");
  const Bytes with = odd.recompile(source, "a.py", 0);
  for (const char* name : {"PYTHONHOME", "PYTHONHASHSEED", "PYTHONOPTIMIZE"}) ::unsetenv(name);
  CHECK(with == plain.recompile(source, "a.py", 0));
}
