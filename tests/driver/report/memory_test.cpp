// A report of a hundred thousand findings is told in little memory, in every format.

#include <doctest/doctest.h>

#include "tests/support/memory.h"
#include "tests/support/tree.h"

using namespace normalize::test;

namespace {

/// The program's check of a tree, allowed to have 200 MB of data, as a line of sh(1).
CommandResult check_in_little(const TempTree& tree, const std::string& options) {
  return run_command("cd " + shell_word(tree.string()) + " && ulimit -d 195000 && " +
                     "env -u SOURCE_DATE_EPOCH " + shell_word(NORMALIZE_PROGRAM) + " check -j 2 " +
                     options + " tree 2>&1 >report");
}

void run_python(const TempTree& tree, const std::string& script) {
  tree.file("make.py", script);
  const CommandResult made =
      run_command("cd " + shell_word(tree.string()) + " && /usr/bin/python3 make.py");
  REQUIRE_MESSAGE(made.status == 0, made.output);
}

}  // namespace

TEST_CASE("a hundred thousand findings in one archive are told in 200 MB, in every format") {
  if (!have_own_memory()) return;
  if (!have_tool("/usr/bin/python3")) return;
  const TempTree tree;
  tree.folder("tree");
  run_python(tree,
             "import zipfile\n"
             "with zipfile.ZipFile('tree/a.zip', 'w') as archive:\n"
             "    for number in range(100_000):\n"
             "        info = zipfile.ZipInfo(f'folder/{number}', (2027, 1, 2, 3, 4, 6))\n"
             "        info.external_attr = 0o100644 << 16\n"
             "        archive.writestr(info, b'')\n");
  for (const std::string format :
       {"text", "text -v", "jsonl", "sarif", "junit", "github", "html"}) {
    const CommandResult checked = check_in_little(tree, "--format " + format);
    CHECK_MESSAGE(checked.status == 1, format << ": " << checked.output);
  }
}

TEST_CASE("a hundred thousand files with a finding each are told in 200 MB") {
  if (!have_own_memory()) return;
  if (!have_tool("/usr/bin/python3")) return;
  const TempTree tree;
  run_python(tree,
             "import gzip, os\n"
             "data = gzip.compress(b'', mtime=1800000000)\n"
             "for number in range(100_000):\n"
             "    folder = f'tree/{number % 100}'\n"
             "    os.makedirs(folder, exist_ok=True)\n"
             "    with open(f'{folder}/{number}.gz', 'wb') as file:\n"
             "        file.write(data)\n");
  const CommandResult checked = check_in_little(tree, "--format html");
  CHECK_MESSAGE(checked.status == 1, checked.output);
}
