// Packages as other programs read them.

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <iostream>

#include "driver/tree/device_numbers.h"
#include "tests/driver/pack/support.h"

using namespace normalize;
using namespace normalize::test;

namespace {

namespace fs = std::filesystem;

/// Every kind of name that any tar reads, and content of many segments.
struct Plain : TempTree {
  const TempTree out;
  const fs::path package = out / "package.tar.gz";

  Plain() {
    file("folder/text", "text");
    file("folder-1", "sorts before what is in the folder");
    file(std::string(120, 'p') + "/" + std::string(140, 'n'), "a name that ustar cannot split");
    fs::create_symlink(std::string(130, 't'), *this / "long-target");
    fs::create_hard_link(*this / "folder/text", *this / "hard");
    folder("empty");
    std::string many;
    for (int i = 0; i < 40'000; ++i) many += std::to_string(i * 7919) + "\n";
    file("many-segments", many);
    fs::permissions(*this / "folder/text", fs::perms(0751));
    fs::permissions(*this / "folder-1", fs::perms(0600));
  }
  void pack(const std::string& options = "") const {
    const CommandResult packed = pack_command("pack " + options + " " + shell_word(string()) +
                                              " -o " + shell_word(package.string()));
    REQUIRE_MESSAGE(packed.status == 0, packed.output);
  }
};

/// Reads the package by a program that is told its name, and prints what it unpacks to.
void check_unpacks(const Plain& tree, const std::string& reader) {
  const TempTree out;
  const std::string package = shell_word(tree.package.string());
  const std::string theirs = shell_word((out / "theirs").string());
  const CommandResult read = run_command(reader + " " + package + " >" + theirs);
  CHECK_MESSAGE(read.status == 0, reader << ": " << read.output);
  CHECK_MESSAGE(run_command("gzip -dc " + package + " | cmp - " + theirs).output == "", reader);
}

constexpr const char* kJava = R"(
import java.io.*; import java.util.zip.*;
public class Unpack { public static void main(String[] a) throws Exception {
  try (InputStream in = new GZIPInputStream(new FileInputStream(a[0]))) { in.transferTo(System.out); }
  System.out.flush();
} })";

}  // namespace

TEST_CASE("every tar unpacks what was packed") {
  const Plain tree;
  tree.pack();
  for (const char* tar : {"tar -xpzf", "bsdtar -xpf", "busybox tar -xpzf"}) {
    const std::string name(tar, std::string_view(tar).find(' '));
    if (have_tool(name))
      CHECK_MESSAGE(listing(unpacked(tree.out, tar, tree.package)) == listing(tree.path()), tar);
  }
  if (!have_tool("python3")) return;
  const std::string python =
      "python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall()'";
  CHECK(listing(unpacked(tree.out, python, tree.package)) == listing(tree.path()));
}

TEST_CASE("every gunzip unpacks all of it, those that stop behind one member too") {
  const Plain tree;
  tree.pack();
  const TempTree out;
  check_unpacks(tree, "gzip -dc");
  if (have_tool("pigz")) check_unpacks(tree, "pigz -dc");
  if (have_tool("busybox")) check_unpacks(tree, "busybox gzip -dc");
  if (have_tool("python3"))
    check_unpacks(tree,
                  "python3 -c 'import sys, zlib; sys.stdout.buffer.write(zlib.decompressobj(31)"
                  ".decompress(open(sys.argv[1], \"rb\").read()))'");
  if (have_tool("node"))
    check_unpacks(tree,
                  "node -e 'process.stdout.write(require(\"zlib\").gunzipSync("
                  "require(\"fs\").readFileSync(process.argv[1])))'");
  if (have_tool("java"))
    check_unpacks(tree, "java " + shell_word(out.file("Unpack.java", kJava).string()));
}

TEST_CASE("packages of all kinds hold the same") {
  const Plain tree;
  const std::string word = shell_word(tree.string());
  for (const char* kind : {"tar", "tar.gz", "tgz", "tar.zst", "tar.xz"})
    for (const char* mode : {"best", "small", "openbsd", "off"}) {
      const fs::path package = tree.out / ("p." + std::string(kind));
      REQUIRE(pack_command("pack -q --rsync " + std::string(mode) + " " + word + " -o " +
                           shell_word(package.string()))
                  .status == 0);
      CHECK(listing(unpacked(tree.out, "bsdtar -xpf", package)) == listing(tree.path()));
      CHECK(pack_command("check " + shell_word(package.string())).status == 0);
    }
}

TEST_CASE("attributes, ACLs, sparse files, devices and owners come back") {
  if (!have_root() || !have_tool("setfattr") || !have_tool("setfacl")) return;
  const TempTree tree, out;
  const std::string file = shell_word(tree.file("file", "x").string());
  const std::string folder = shell_word(tree.folder("folder").string());
  if (run_command("setfattr -n user.comment -v 'a value' " + file + " && setfacl -m u:1234:r " +
                  file + " && setfacl -d -m g:4321:rw " + folder)
          .status != 0) {
    std::cout << "skipped: no extended attributes here\n";
    return;
  }
  ::mknod((tree / "device").c_str(), S_IFCHR | 0620, makedev(5, 250));
  ::mkfifo((tree / "pipe").c_str(), 0644);
  tree.file("\xff\xfe not UTF-8", "raw");
  tree.file(std::string(200, '\xe9'), "long and raw");
  run_command("cd " + shell_word(tree.string()) +
              " && truncate -s 3M sparse && echo data | dd of=sparse seek=300 bs=4096 conv=notrunc "
              "status=none && chown 123:456 file");
  const fs::path package = out / "p.tar.gz";
  REQUIRE(pack_command("pack -q --owners keep " + shell_word(tree.string()) + " -o " +
                       shell_word(package.string()))
              .status == 0);
  CHECK(fs::file_size(package) < 5000);
  const auto told = [](const fs::path& where) {
    return run_command(
               "cd " + shell_word(where.string()) +
               " && getfattr -d file 2>&1; getfacl -n file folder 2>&1; stat -c '%n %t %T %u "
               "%g' device file; test $(stat -c %b sparse) -lt 100 && echo sparse")
        .output;
  };
  for (const char* tar : {"tar --xattrs --acls -xpzf", "bsdtar --xattrs --acls -xpf"}) {
    if (!have_tool(std::string(tar, std::string_view(tar).find(' ')))) continue;
    const std::string quietly = std::string("2>/dev/null ") + tar;  // GNU tar: hdrcharset unknown
    const fs::path back = unpacked(out, quietly, package);
    CHECK_MESSAGE(listing(back) == listing(tree.path()), tar);
    CHECK_MESSAGE(told(back) == told(tree.path()), tar);
  }
  CHECK(pack_command("check --owners keep " + shell_word(package.string())).status == 0);
}
