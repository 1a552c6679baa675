// With real interpreters: what they compile in different ways meets in one form, and what they load
// from that form is what they loaded before.

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/interpreters.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

/// Writes the normal form of every file below `from` to the same name below `to`.
void write_normal_forms(const fs::path& from, const fs::path& to) {
  for (const fs::path& path : files_below(from)) {
    const fs::path target = to / path.lexically_relative(from);
    fs::create_directories(target.parent_path());
    write_file(target, run(read_file(path), path.filename().string(), Rules{}).bytes);
  }
}

/// How many of the files below two folders differ.
std::size_t differences(const fs::path& a, const fs::path& b) {
  const auto files = files_below(a, ".pyc");
  return static_cast<std::size_t>(std::ranges::count_if(files, [&](const fs::path& path) {
    return read_file(path) != read_file(b / path.lexically_relative(a));
  }));
}

std::string compile_line(const Python& python, const char* seed, const char* variant,
                         const std::string& output) {
  return std::string("PYTHONHASHSEED=") + seed + " " + shell_word(python.program) + " " +
         shell_word((data_folder() / "../support/pyc/compile_library.py").native()) + " " +
         variant + " " + shell_word(output);
}

}  // namespace

TEST_CASE("two compilations of the standard library become the same files, and load as before") {
  for (const Python& python : pythons()) {
    if (python.major < 3) continue;
    CAPTURE(python.program);
    const TempTree tree;
    const fs::path a = tree / "a", b = tree / "b", normal_a = tree / "na", normal_b = tree / "nb";
    const CommandResult compiled = run_command(compile_line(python, "0", "quiet", a) + " & " +
                                               compile_line(python, "77", "noisy", b) + "; wait");
    CAPTURE(compiled.output);
    REQUIRE(files_below(a, ".pyc").size() > 400);
    REQUIRE(files_below(a, ".pyc").size() == files_below(b, ".pyc").size());
    CHECK(differences(a, b) > 0);
    write_normal_forms(a, normal_a);
    write_normal_forms(b, normal_b);
    CHECK(differences(normal_a, normal_b) == 0);
    for (const auto& [before, after] : {std::pair(a, normal_a), std::pair(b, normal_b)}) {
      const CommandResult loaded = run_script(python, "compare_loaded.py", {before, after});
      CHECK_MESSAGE(loaded.status == 0, loaded.output);
    }
  }
}

TEST_CASE("samples of all versions hold the same objects as before") {
  const auto found = pythons();
  if (found.empty()) return;
  const TempTree tree;
  write_normal_forms(data_folder() / "pyc", tree / "normal");
  const CommandResult compared = run_script(found[0], "compare_streams.py",
                                            {data_folder() / "pyc", (tree / "normal").string()});
  CHECK_MESSAGE(compared.status == 0, compared.output);
  CHECK(compared.output.starts_with("10 files compared, 0 different"));
}

TEST_CASE("fixtures of all versions hold the same objects as before") {
  const fs::path fixtures = shared_fixtures();
  const auto found = pythons();
  if (fixtures.empty() || found.empty()) return;
  const TempTree tree;
  std::size_t compared = 0;
  for (const char* folder : {"pairs", "xdis"})
    for (const fs::path& path : files_below(fixtures / "pyc" / folder)) {
      const Outcome outcome = run(read_file(path), path.filename().string(), Rules{});
      if (outcome.remarked("bytecode of")) continue;  // other implementations
      const std::string name = std::to_string(compared++) + ".pyc";
      tree.file("before/" + name, read_file(path));
      tree.file("after/" + name, outcome.bytes);
    }
  const CommandResult result =
      run_script(found[0], "compare_streams.py", {tree / "before", tree / "after"});
  CHECK_MESSAGE(result.status == 0, result.output);
  CHECK(result.output.starts_with(std::to_string(compared) + " files compared, 0 different"));
}

TEST_CASE("fixtures of a version whose interpreter is here load as before") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  for (const Python& python : pythons()) {
    CAPTURE(python.program);
    const fs::path pairs = fixtures / "pyc/pairs" /
                           (std::to_string(python.major) + "." + std::to_string(python.minor));
    if (!fs::exists(pairs)) continue;
    const TempTree tree;
    write_normal_forms(pairs, tree.path());
    const CommandResult loaded = run_script(python, "compare_loaded.py", {pairs, tree.string()});
    CHECK_MESSAGE(loaded.status == 0, loaded.output);
  }
}
