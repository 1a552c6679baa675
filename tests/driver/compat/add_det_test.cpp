// The command lines of add-det and linkdupes, given to our program under their names.

#include <doctest/doctest.h>

#include "tests/driver/compat/support.h"
#include "tests/support/bytes.h"
#include "tests/support/marshal.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

const Called& add_det() {
  static const Called called("add-det");
  return called;
}

const std::string kAt = "SOURCE_DATE_EPOCH=" + std::to_string(kEpoch);

/// A build root with a file to normalize in it.
struct Root : TempTree {
  const fs::path gz = file("usr/a.gz", noisy_gzip("text")), plain = file("usr/plain", "text");
  const std::string as_root = kAt + " RPM_BUILD_ROOT=" + shell_word(string());
};

std::int64_t header_time(const fs::path& pyc) {
  const Bytes bytes = read_file(pyc);
  std::uint32_t value = 0;
  for (std::size_t i = 12; i-- > 8;) value = value << 8 | static_cast<std::uint32_t>(bytes.at(i));
  return value;
}

}  // namespace

TEST_CASE("trees are normalized to the epoch and counted, under both names") {
  const Root root;
  const CommandResult result = add_det()(root, ".", kAt);
  CHECK(result.status == 0);
  CHECK(has(result, "./usr/a.gz: replacing with normalized version\n"));
  CHECK(has(result,
            "Scanned 2 directories and 2 files,\n    processed 1 inodes,\n"
            "    1 modified (1 replaced + 0 rewritten),\n"
            "    0 unsupported format, 0 errors\n"));
  CHECK(gzip_time(root.gz) == kEpoch);
  const Called long_name("add-determinism");
  CHECK(has(long_name(root, ".", kAt), "    0 modified"));
  CHECK(run_normalize(root, "compat add-det .").status == 0);
}

TEST_CASE("times on disk stay, for rpm to lower") {
  const Root root;
  set_mtime_ns(root.gz, (kEpoch + 7) * kSecond + 1);
  set_mtime_ns(root.plain, (kEpoch + 7) * kSecond + 1);
  add_det()(root, "usr", kAt);
  CHECK(was_normalized(root.gz));
  CHECK(mtime_ns(root.gz) == (kEpoch + 7) * kSecond + 1);
  CHECK(mtime_ns(root.plain) == (kEpoch + 7) * kSecond + 1);
}

TEST_CASE("--check changes nothing and fails where something would change") {
  const Root root;
  const CommandResult result = add_det()(root, "--check .", kAt);
  CHECK(result.status == 1);
  CHECK(has(result, "MTIME"));
  CHECK(has(result, "Error: --check was specified, but some files would have been modified\n"));
  CHECK_FALSE(was_normalized(root.gz));
  add_det()(root, ".", kAt);
  CHECK(add_det()(root, "--check .", kAt).status == 0);
  CHECK(add_det()(root, "--check --brp " + shell_word(root.string()), root.as_root).status == 0);
}

TEST_CASE("a file that is damaged fails a check and nothing else") {
  const TempTree tree;
  const Bytes whole = noisy_gzip("text");
  tree.file("cut.gz", ByteView(whole).first(whole.size() - 3));
  CHECK(add_det()(tree, ".", kAt).status == 0);
  const CommandResult check = add_det()(tree, "--check .", kAt);
  CHECK(check.status == 1);
  CHECK(has(check, "cut.gz: gzip: "));
  CHECK(has(check, "    1 unsupported format"));
}

TEST_CASE("handlers are named, or named with - to leave them out") {
  const Root root;
  CHECK(
      has(add_det()(root, "--handler=list"), "ar\njar\njavadoc\ngzip\npyc\nzip\npyc-zero-mtime\n"));
  add_det()(root, "--handler=-gzip .", kAt);
  add_det()(root, "--handler ar,zip .", kAt);
  CHECK_FALSE(was_normalized(root.gz));
  const CommandResult mixed = add_det()(root, "--handler=-ar --handler gzip .", kAt);
  CHECK(mixed.status == 1);
  CHECK(has(mixed, "Error: Cannot mix --handler options with '-' and without\n"));
  CHECK(has(add_det()(root, "--handler=bogus .", kAt), "Error: Unknown handler name: \"bogus\"\n"));
  CHECK(add_det()(root, "--handler=ar --handler=gzip .", kAt).status == 0);
  CHECK(was_normalized(root.gz));
}

TEST_CASE("a jar is left with --handler=-jar, which Java packages give, and a zip is not") {
  if (!have_tool("zip")) return;
  const Root root;
  REQUIRE(run_command("cd " + shell_word(root.string()) +
                      " && zip -q a.zip usr/plain && cp a.zip a.jar")
              .status == 0);
  const Bytes before = read_file(root / "a.jar");
  CHECK(add_det()(root, "--brp -j2 --handler=-jar " + shell_word(root.string()), root.as_root)
            .status == 0);
  CHECK(read_file(root / "a.jar") == before);
  CHECK(read_file(root / "a.zip") != before);
}

TEST_CASE("without an epoch what needs one is left, and whoever named it is told") {
  const Root root;
  const CommandResult result = add_det()(root, ".");
  CHECK(result.status == 0);
  CHECK(has(result, "require $SOURCE_DATE_EPOCH to be set"));
  CHECK_FALSE(was_normalized(root.gz));
  CHECK(add_det()(root, "--handler=gzip .").status == 1);
  CHECK(add_det()(root, ".", "SOURCE_DATE_EPOCH=soon").status == 1);
  CHECK(has(add_det()(root, ".", "SOURCE_DATE_EPOCH=-5"), "negative, ignoring"));
  CHECK(has(add_det()(root, ".", "SOURCE_DATE_EPOCH=4000000000"), "in the future"));
}

TEST_CASE("--brp wants a build root and paths below it, links on the way resolved") {
  const Root root;
  const TempTree elsewhere;
  const std::string quoted = shell_word(root.string());
  for (const std::string& variables :
       {kAt, kAt + " RPM_BUILD_ROOT=", kAt + " RPM_BUILD_ROOT=/", kAt + " RPM_BUILD_ROOT=//./",
        kAt + " RPM_BUILD_ROOT=" + shell_word(elsewhere.string()),
        kAt + " RPM_BUILD_ROOT=" + shell_word(root.string() + "x")})
    CHECK_MESSAGE(add_det()(root, "--brp " + quoted, variables).status == 1, variables);
  for (const std::string& path :
       {std::string("/usr"), root.string() + "/..",
        root.string() + "/usr/../../" + elsewhere.path().filename().string()})
    CHECK_MESSAGE(add_det()(root, "--brp " + shell_word(path), root.as_root).status == 1, path);
  CHECK_FALSE(was_normalized(root.gz));

  fs::create_directory_symlink(root.path(), elsewhere / "root");
  const std::string link = shell_word((elsewhere / "root").string());
  CHECK(
      add_det()(root, "--brp -j4 " + link + "/usr", kAt + " RPM_BUILD_ROOT=" + link + "/").status ==
      0);
  CHECK(was_normalized(root.gz));
}

TEST_CASE("a build root that is a link is its folder, and a link out of it is nothing") {
  const Root root;
  const TempTree elsewhere;
  const fs::path outside = elsewhere.file("out/a.gz", noisy_gzip("text"));
  fs::create_directory_symlink(elsewhere / "out", root / "usr/out");
  fs::create_directory_symlink(root.path(), elsewhere / "root");
  const std::string link = shell_word((elsewhere / "root").string());
  CHECK(add_det()(root, "--brp " + link, kAt + " RPM_BUILD_ROOT=" + link).status == 0);
  CHECK(was_normalized(root.gz));
  CHECK_FALSE(was_normalized(outside));
}

TEST_CASE("with --brp trouble does not fail the build") {
  const Root root;
  const std::string missing = shell_word(root.string() + "/nowhere");
  CHECK(add_det()(root, "--brp " + missing, root.as_root).status == 0);
  CHECK(add_det()(root, missing, kAt).status == 1);
  CHECK(add_det()(root, "--brp", root.as_root).status == 0);
}

TEST_CASE("pyc-zero-mtime dates compiled files and their sources to zero") {
  const TempTree tree;
  const Bytes pyc = marshal::pyc_file(marshal::code(marshal::tuple({marshal::integer(1000)})),
                                      {.mtime = 1'600'000'000, .size = 5});
  const fs::path cached = tree.file("__pycache__/m.cpython-311.pyc", pyc),
                 beside = tree.file("n.pyc", pyc);
  tree.file("m.py", "1000\n"), tree.file("n.py", "1000\n"), tree.file("o.py", "1000\n");
  const std::int64_t before = mtime_ns(tree / "o.py");
  CHECK(add_det()(tree, "--handler=pyc-zero-mtime --check .").status == 1);
  CHECK(mtime_ns(tree / "m.py") != 0);
  CHECK(add_det()(tree, "--handler=pyc-zero-mtime .").status == 0);
  CHECK(header_time(cached) == 0);
  CHECK(header_time(beside) == 0);
  CHECK(mtime_ns(tree / "m.py") == 0);
  CHECK(mtime_ns(tree / "n.py") == 0);
  CHECK(mtime_ns(tree / "o.py") == before);
}

TEST_CASE("-p prints what files hold, alone") {
  const TempTree tree;
  tree.file("m.pyc", marshal::pyc_of({marshal::integer(1000)}));
  CHECK(has(add_det()(tree, "-p m.pyc"), "int 1000"));
  for (const char* other : {"--brp", "--check", "-j2"})
    CHECK(add_det()(tree, std::string("--print ") + other + " m.pyc").status == 2);
}

TEST_CASE("usage errors are exit 2, help, version and nothing to do exit 0") {
  const Root root;
  for (const char* arguments : {"--bogus", "-x", "-jmany .", "-j . ", "--handler"})
    CHECK_MESSAGE(add_det()(root, arguments, kAt).status == 2, arguments);
  CHECK(add_det()(root, "-h").status == 0);
  CHECK(has(add_det()(root, "--version"), "add-det 0.7.3"));
  CHECK(has(add_det()(root, "", kAt), "No arguments specified, nothing to do.\n"));
  for (const char* jobs : {"-j", "-j0", "-j 3", "-j16"})
    CHECK(add_det()(root, std::string("usr ") + jobs, kAt).status == 0);
}

TEST_CASE("linkdupes links identical files below the build root, and changes nothing else") {
  const Called linkdupes("linkdupes");
  const Root root;
  const fs::path twin = root.file("usr/twin", "text"), late = root.file("usr/z", "text");
  for (const fs::path& path : {root.plain, twin}) set_mtime_ns(path, (kEpoch + 9) * kSecond);
  set_mtime_ns(late, (kEpoch - 9) * kSecond);
  const std::string arguments = "--brp -v " + shell_word(root.string());
  CHECK(linkdupes(root, "-n " + arguments, root.as_root).status == 0);
  CHECK_FALSE(fs::equivalent(root.plain, twin));
  const CommandResult result = linkdupes(root, arguments, root.as_root);
  CHECK(result.status == 0);
  CHECK(has(result, "Linked " + root.plain.string() + " ← " + twin.string() + "\n"));
  CHECK(has(result, "    linked 1 files, 0 errors\n    sum of sizes of linked files: 4 bytes\n"));
  CHECK(fs::equivalent(root.plain, twin));
  CHECK_FALSE(fs::equivalent(root.plain, late));
  CHECK(mtime_ns(twin) == (kEpoch + 9) * kSecond);
  CHECK_FALSE(was_normalized(root.gz));
  CHECK(linkdupes(root, "--brp /usr", root.as_root).status == 1);
  CHECK(linkdupes(root, "--ignore-mode .").status == 2);
}
