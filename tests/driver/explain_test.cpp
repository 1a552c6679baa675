// `normalize explain`, and the options that have Python take part, as users start them.

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/marshal.h"
#include "tests/support/python.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

CommandResult started(const std::string& arguments) {
  return run_command("env -u SOURCE_DATE_EPOCH -u NORMALIZE_PYTHON_HELPER " +
                     shell_word(NORMALIZE_PROGRAM) + " " + arguments);
}

bool has(const CommandResult& result, std::string_view part) {
  return result.output.find(part) != std::string::npos;
}

Bytes noisy_pyc() { return marshal::pyc_of({marshal::flagged(marshal::integer(1000))}); }

}  // namespace

TEST_CASE("explain shows the objects of compiled Python and what check finds") {
  const TempTree tree;
  const std::string path = tree.file("m.pyc", noisy_pyc()).string();
  const CommandResult result = started("explain " + shell_word(path));
  CHECK(result.status == 0);
  CHECK(has(result, path + ": pyc\nPython 3.11, magic number 3495"));
  CHECK(has(result, "    0: int 1000 #0 -- normal form: no number\n"));
  CHECK(has(result, "FLAG_REF"));
  CHECK(read_file(path) == noisy_pyc());
}

TEST_CASE("explain names the format of any file, or that it has none, and what check finds") {
  const TempTree tree;
  const std::string packed = tree.file("a.gz", noisy_gzip("payload")).string();
  const CommandResult known = started("explain " + shell_word(packed));
  CHECK(known.status == 0);
  CHECK(has(known, packed + ": gzip\n"));
  CHECK(has(known, "MTIME"));
  const std::string plain = tree.file("plain", "text").string();
  CHECK(has(started("explain " + shell_word(plain)), plain + ": no format claims it\n"));
}

TEST_CASE("explain shows the headers of a package, a value a line") {
  const CommandResult result =
      started("explain " + shell_word((data_folder() / "rpm" / "sample.rpm").string()));
  CHECK(result.status == 0);
  CHECK(has(result, "\nBUILDHOST: builder.example.org\n"));
  CHECK(has(result, "\nFILEMODES[tool]: 104755\n"));
  CHECK(has(result, "\nFILELINKTOS[soft]: page.gz\n"));
}

TEST_CASE("explain of a damaged file says what is wrong with it") {
  const TempTree tree;
  Bytes cut = noisy_pyc();
  cut.resize(cut.size() - 1);
  const CommandResult result = started("explain " + shell_word(tree.file("m.pyc", cut).string()));
  CHECK(result.status == 0);
  CHECK(has(result, "bytes are left") == false);
  CHECK(has(result, "m.pyc: pyc: "));
  CHECK(has(result, "left as it was"));
}

TEST_CASE("explain takes one regular file") {
  const TempTree tree;
  CHECK(started("explain").status == 2);
  CHECK(started("explain a b").status == 2);
  CHECK(started("explain " + shell_word(tree.string())).status == 2);
  CHECK(started("explain /nonexistent").status == 2);
}

TEST_CASE("--pyc=recompile and --verify=python have Python take part") {
  if (!have_python_helper()) return;
  const TempTree tree;
  tree.file("m.py", "names = {'b', 'a'}\n");
  REQUIRE(run_command("cd " + shell_word(tree.string()) + " && " + python_command() +
                      " -m compileall -q m.py && " + python_command() + " -O -m compileall -q m.py")
              .status == 0);
  for (const char* option :
       {"--pyc=recompile", "--verify=python", "--pyc=recompile --verify=python"}) {
    CAPTURE(option);
    const CommandResult result = started("apply --epoch=1000000000 " + std::string(option) + " " +
                                         shell_word(tree.string()));
    CHECK_MESSAGE(result.status == 0, result.output);
    CHECK_FALSE(has(result, "not compiled anew"));
  }
}

TEST_CASE("a missing normalize-python stops what needs it before a file is touched") {
  const TempTree tree;
  const auto packed = tree.file("a.gz", noisy_gzip("payload"));
  const Bytes before = read_file(packed);
  for (const char* option : {"--pyc=recompile", "--verify=python"}) {
    const CommandResult result =
        run_command("NORMALIZE_PYTHON_HELPER=/nonexistent " + shell_word(NORMALIZE_PROGRAM) +
                    " apply " + option + " " + shell_word(tree.string()));
    CHECK(result.status == 2);
    CHECK(has(result, "normalize: error: normalize-python: NORMALIZE_PYTHON_HELPER names"));
  }
  CHECK(read_file(packed) == before);
}

TEST_CASE("the last of --verify, --no-verify and --verify=python counts, and no other value is") {
  const TempTree tree;
  const auto run_with = [&](const std::string& options) {
    return run_command("NORMALIZE_PYTHON_HELPER=/nonexistent " + shell_word(NORMALIZE_PROGRAM) +
                       " check " + options + " " + shell_word(tree.string()));
  };
  CHECK(run_with("--verify=python").status == 2);
  CHECK(run_with("--verify=python --no-verify").status == 0);
  CHECK(run_with("--verify=python --verify").status == 0);
  CHECK(run_with("--no-verify --verify=python").status == 2);
  const CommandResult wrong = run_with("--verify=all");
  CHECK(wrong.status == 2);
  CHECK(has(wrong, "--verify: expected python or no value, got \"all\""));
}
