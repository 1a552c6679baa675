// hash, manifest and verify as users start them, with the mtree(8) of NetBSD, bsdtar and sha256sum
// as the other side.

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/support/packages.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

CommandResult normalize_command(const std::string& arguments) {
  return run_command("env -u SOURCE_DATE_EPOCH " + shell_word(NORMALIZE_PROGRAM) + " " + arguments);
}

/// One of each kind of name that anybody can make, one of them not normal, with times in 2001.
struct Names : TempTree {
  const std::filesystem::path packed = file("folder/a.gz", noisy_gzip("the payload"));
  const std::string word = shell_word(string());

  Names() {
    file("folder/with blank", "text");
    file("folder-1", "before what is in the folder");
    file("#not*a[pattern]?=\\", "special");
    file("\xff\n", "neither UTF-8 nor printable");
    folder("empty");
    std::filesystem::create_symlink("folder/with blank", *this / "link");
    std::filesystem::create_hard_link(*this / "folder-1", *this / "linked");
    ::mkfifo((*this / "pipe").c_str(), 0644);
    for (const auto& each : std::filesystem::recursive_directory_iterator(path()))
      set_mtime_ns(each.path(), 1'000'000'000 * kSecond + 5);
    set_mtime_ns(path(), 1'000'000'000 * kSecond);
  }
};

struct File {
  const std::filesystem::path path;
  const std::string word = shell_word(path.string());
};

}  // namespace

TEST_CASE("mtree finds a normal tree to be what our manifest says, in every flavour") {
  if (!have_tool("mtree") || !have_root()) return;
  const Names tree;
  const TempTree other;
  REQUIRE(normalize_command("apply " + tree.word).status == 0);
  for (const char* flavour : {"netbsd", "freebsd", "libarchive"}) {
    const File spec{other / flavour};
    REQUIRE(normalize_command("manifest -k all --flavour " + std::string(flavour) + " " +
                              tree.word + " >" + spec.word)
                .status == 0);
    const CommandResult agreed = run_command("mtree -f " + spec.word + " -p " + tree.word);
    CHECK_MESSAGE(agreed.status == 0, agreed.output);
    CHECK(agreed.output.empty());
    CHECK(normalize_command("verify " + spec.word + " " + tree.word).output.empty());
  }
  tree.file("folder/with blank", "TEXT");
  CHECK(run_command("mtree -f " + shell_word((other / "netbsd").string()) + " -p " + tree.word)
            .status != 0);
}

TEST_CASE("a manifest tells of the tree as apply is going to leave it") {
  const Names tree;
  const std::string manifest = "manifest --epoch 900000000 -k all " + tree.word;
  const CommandResult before = normalize_command(manifest);
  REQUIRE(before.status == 0);
  CHECK(contains(before.output, "time=900000000.000000000"));
  REQUIRE(normalize_command("apply -q --epoch 900000000 " + tree.word).status == 0);
  CHECK(normalize_command(manifest).output == before.output);
}

TEST_CASE("what mtree and bsdtar specify is verified") {
  const Names tree;
  REQUIRE(normalize_command("apply -q " + tree.word).status == 0);
  const TempTree other;
  const File by_mtree{other / "by-mtree"}, by_bsdtar{other / "by-bsdtar"};
  const std::string verify = "verify --owners keep ";
  if (have_tool("mtree")) {
    REQUIRE(run_command("mtree -c -p " + tree.word +
                        " -k type,mode,uid,gid,size,time,link,nlink,sha256,md5 >" + by_mtree.word)
                .status == 0);
    const CommandResult agreed = normalize_command(verify + by_mtree.word + " " + tree.word);
    CHECK_MESSAGE(agreed.output == "", "mtree's");
  }
  if (have_tool("bsdtar")) {
    REQUIRE(run_command("cd " + tree.word + " && bsdtar -cf " + by_bsdtar.word +
                        " --format=mtree --options='sha256,sha1' .")
                .status == 0);
    const CommandResult agreed = normalize_command(verify + by_bsdtar.word + " " + tree.word);
    CHECK_MESSAGE(agreed.output == "", "bsdtar's");
  }
}

TEST_CASE("verify tells what is missing, too much and different, and ends with 1") {
  const TempTree tree, other;
  tree.file("changed", "old");
  tree.file("gone", "");
  const std::string word = shell_word(tree.string());
  const File spec{other / "spec"};
  REQUIRE(normalize_command("manifest -k size,sha256 " + word + " >" + spec.word).status == 0);
  CHECK(normalize_command("verify " + spec.word + " " + word).status == 0);
  tree.file("changed", "newer");
  tree.file("new", "");
  std::filesystem::remove(tree / "gone");
  const CommandResult differs = normalize_command("verify " + spec.word + " " + word);
  CHECK(differs.status == 1);
  CHECK(contains(differs.output, "./changed: size: 3 is 5\n./changed: sha256: "));
  CHECK(
      contains(differs.output, "./gone: missing (file)\n./new: not in the specification (file)\n"));
  const CommandResult lines = normalize_command("verify --format jsonl " + spec.word + " " + word);
  CHECK(contains(
      lines.output,
      R"({"type":"difference","path":"changed","keyword":"size","expected":"3","found":"5"})"));
}

TEST_CASE("hash lines are those of sha256sum once apply has run") {
  const Names tree;
  const TempTree other;
  const File sums{other / "sums"};
  REQUIRE(normalize_command("hash " + tree.word + " >" + sums.word).status == 0);
  const std::string check = "grep -a -v '/$' " + sums.word + " | sha256sum -c --quiet";
  CHECK(run_command(check).status == 1);
  REQUIRE(normalize_command("apply -q " + tree.word).status == 0);
  CHECK(run_command(check).output == "");
}

TEST_CASE("two trees that differ in noise have one digest, whatever their times") {
  const auto digest = [](const TempTree& tree) {
    const std::string output = normalize_command("hash " + shell_word(tree.string())).output;
    return output.substr(output.rfind('\n', output.size() - 2) + 1, 64);
  };
  const TempTree monday, friday;
  monday.file("a.gz", noisy_gzip("same", 1'700'000'000));
  friday.file("a.gz", noisy_gzip("same", 1'700'400'000));
  set_mtime_ns(friday / "a.gz", 5 * kSecond);
  CHECK(digest(monday) == digest(friday));
  friday.file("a.gz", noisy_gzip("other"));
  CHECK(digest(monday) != digest(friday));
}

TEST_CASE("a tree's digest is that of its manifest") {
  const Names tree;
  const std::string output = normalize_command("hash " + tree.word).output;
  const std::string sum =
      run_command(shell_word(NORMALIZE_PROGRAM) + " manifest -k type,mode,link,device,sha256 " +
                  tree.word + " | sha256sum")
          .output;
  CHECK(contains(output, sum.substr(0, 64) + "  " + tree.string() + "/\n"));
}

TEST_CASE("the number of jobs changes no manifest and no digest") {
  const TempTree tree;
  for (int i = 0; i < 300; ++i)
    tree.file("d" + std::to_string(i % 7) + "/f" + std::to_string(i), std::to_string(i));
  const std::string word = shell_word(tree.string());
  for (const char* command : {"manifest -k all", "hash"}) {
    const std::string words = std::string(command) + " " + word + " -j ";
    CHECK(normalize_command(words + "1").output == normalize_command(words + "4").output);
  }
}

TEST_CASE("a file that cannot be read makes an error, and no manifest") {
  const TempTree tree;
  tree.file("secret", "x");
  std::filesystem::permissions(tree / "secret", std::filesystem::perms::none);
  give_to_nobody(tree.path());
  const std::string word = shell_word(tree.string());
  const int status = as_nobody([&] {
    const CommandResult refused = normalize_command("manifest " + word);
    const bool told = contains(refused.output, "secret: cannot open: Permission denied");
    return refused.status == 2 && told && !contains(refused.output, "#mtree") ? 0 : 1;
  });
  CHECK(status == 0);
}
