// pack and repack as users start them.

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "tests/driver/pack/support.h"
#include "tests/support/run.h"

using namespace normalize;
using namespace normalize::test;

namespace {

namespace fs = std::filesystem;

std::string word(const fs::path& path) { return shell_word(path.string()); }

CommandResult pack(const TempTree& tree, const fs::path& package, const std::string& options = "") {
  return pack_command("pack " + options + " " + word(tree.path()) + " -o " + word(package));
}

/// The number behind `"key":` in a line of JSON.
std::size_t number(const std::string& line, const std::string& key) {
  const std::size_t at = line.find("\"" + key + "\":");
  REQUIRE(at != std::string::npos);
  return std::stoul(line.substr(at + key.size() + 3));
}

/// What no packer finds anything in.
Bytes noise(std::size_t size) {
  Bytes bytes(size);
  std::uint32_t state = 1;
  for (std::byte& each : bytes)
    each = static_cast<std::byte>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  return bytes;
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// 10,000 files of about a kilobyte in 100 folders.
struct Many : TempTree {
  const TempTree out;
  static std::string name(int i) {
    return "d" + std::to_string(i % 100) + "/f" + std::to_string(i);
  }
  static std::string text(int i) {
    std::string text;
    for (int line = 0; line < 40; ++line)
      text += std::to_string(i * 7919 + line * line * 31) + " words\n";
    return text;
  }
  Many() {
    for (int i = 0; i < 10'000; ++i) file(name(i), text(i));
  }
  /// How many segments of the package of today are not in that of yesterday.
  std::size_t new_segments(const fs::path& yesterday) const {
    const CommandResult packed =
        pack(*this, out / "new.tar.gz", "--format jsonl --reference " + word(yesterday));
    REQUIRE_MESSAGE(packed.status == 0, packed.output);
    CHECK(number(packed.output, "segments") > 500);
    return number(packed.output, "segments") - number(packed.output, "reused");
  }
};

}  // namespace

TEST_CASE("the number of jobs changes no byte of a package") {
  const TempTree tree, out;
  for (int i = 0; i < 50; ++i) tree.file("f" + std::to_string(i), Many::text(i));
  tree.file("z.gz", noisy_gzip(Many::text(1)));
  for (const char* kind : {"tar.gz", "tar.zst", "tar.xz"}) {
    REQUIRE(pack(tree, out / ("a." + std::string(kind)), "-j 1").status == 0);
    REQUIRE(pack(tree, out / ("b." + std::string(kind)), "-j 5").status == 0);
    CHECK(read_file(out / ("a." + std::string(kind))) ==
          read_file(out / ("b." + std::string(kind))));
  }
}

TEST_CASE("a package holds what apply would have left") {
  const TempTree monday, friday, out;
  monday.file("a.gz", noisy_gzip("same", 1'700'000'000));
  friday.file("a.gz", noisy_gzip("same", 1'700'400'000));
  set_mtime_ns(monday / "a.gz", 5 * kSecond);
  REQUIRE(pack(monday, out / "monday.tgz").status == 0);
  REQUIRE(pack(friday, out / "friday.tgz").status == 0);
  CHECK(read_file(out / "monday.tgz") == read_file(out / "friday.tgz"));
  CHECK(read_file(monday / "a.gz") == noisy_gzip("same", 1'700'000'000));
}

TEST_CASE("one change in 10,000 files makes a bounded number of segments new") {
  const Many tree;
  const fs::path yesterday = tree.out / "old.tar.gz";
  REQUIRE(pack(tree, yesterday).status == 0);
  CHECK(tree.new_segments(yesterday) == 0);
  // What changed, and what sees it in its window of 32 KB.
  constexpr std::size_t kMost = 16;

  tree.file(Many::name(5005), "changed");
  CHECK(tree.new_segments(yesterday) <= kMost);
  tree.file(Many::name(5005), Many::text(5005));

  tree.file("d50/between", Many::text(77));
  CHECK(tree.new_segments(yesterday) <= kMost);
  fs::remove(tree / "d50/between");

  fs::remove(tree / Many::name(5005));
  CHECK(tree.new_segments(yesterday) <= kMost);

  tree.file("d5/renamed", Many::text(5005));
  CHECK(tree.new_segments(yesterday) <= 2 * kMost);  // in two places
}

TEST_CASE("a reference changes no byte where the same program wrote it") {
  const TempTree tree, out;
  for (int i = 0; i < 200; ++i) tree.file("f" + std::to_string(i), Many::text(i));
  REQUIRE(pack(tree, out / "old.tar.gz").status == 0);
  tree.file("f100", "changed");
  REQUIRE(pack(tree, out / "new.tar.gz", "--reference " + word(out / "old.tar.gz")).status == 0);
  REQUIRE(pack(tree, out / "alone.tar.gz").status == 0);
  CHECK(read_file(out / "new.tar.gz") == read_file(out / "alone.tar.gz"));
}

TEST_CASE("a reference that is none is an error, cut short at any byte too") {
  const TempTree tree, out;
  for (int i = 0; i < 20; ++i) tree.file("f" + std::to_string(i), Many::text(i));
  const fs::path old = out / "old.tar.gz", bad = out / "bad.tar.gz";
  REQUIRE(pack(tree, old).status == 0);
  const Bytes whole = read_file(old);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, std::size_t{10}, whole.size() / 2}) {
    write_file(bad, ByteView(whole).first(size));
    const CommandResult refused = pack(tree, out / "new.tar.gz", "--reference " + word(bad));
    CHECK(refused.status == 2);
    CHECK(contains(refused.output, "bad.tar.gz: "));
    CHECK(!fs::exists(out / "new.tar.gz"));
  }
}

TEST_CASE("repack makes of any packed tar the package of its members") {
  const TempTree tree, out;
  tree.file("folder/a", Many::text(1));
  tree.file("b", Many::text(2));
  REQUIRE(pack(tree, out / "package.tar.gz").status == 0);
  const std::string tar = "cd " + word(tree.path()) + " && tar -cf " + word(out / "in.tar") +
                          " --sort=name --format=ustar --mode=go-w folder b";
  REQUIRE(run_command(tar).status == 0);
  for (const char* packer : {"cat", "gzip", "xz", "zstd -q", "bzip2", "lz4 -q"}) {
    const std::string line = "cd " + word(out.path()) + " && " + packer + " <in.tar >in.packed";
    if (run_command(line).status != 0) continue;
    const CommandResult repacked =
        pack_command("repack " + word(out / "in.packed") + " -o " + word(out / "repacked.tar.gz"));
    CHECK_MESSAGE(repacked.status == 0, repacked.output);
    CHECK(listing(unpacked(out, "tar -xzf", out / "repacked.tar.gz")) == listing(tree.path()));
    CHECK(pack_command("check " + word(out / "repacked.tar.gz")).status == 0);
  }
  write_file(out / "text", bytes("no tar archive"));
  const CommandResult refused =
      pack_command("repack " + word(out / "text") + " -o " + word(out / "no.tar.gz"));
  CHECK(refused.status == 2);
  CHECK(contains(refused.output, "text: is no archive that we read"));
  CHECK(!fs::exists(out / "no.tar.gz"));
}

TEST_CASE("repack makes of a zip or cpio archive the package of its members") {
  if (!have_tool("zip") || !have_tool("cpio")) return;
  const TempTree tree, out;
  tree.file("folder/a", Many::text(1));
  fs::create_hard_link(tree / "folder/a", tree / "folder/same");
  fs::create_symlink("folder/a", tree / "soft");
  fs::permissions(tree.file("run", "#!/bin/sh\n"), fs::perms(0755));
  const std::string names = "cd " + word(tree.path()) + " && find . -mindepth 1 | ";
  const auto repacked = [&](const std::string& name) {
    const CommandResult result =
        pack_command("repack " + word(out / name) + " -o " + word(out / (name + ".tar.gz")));
    CHECK_MESSAGE(result.status == 0, result.output);
    CHECK(pack_command("check " + word(out / (name + ".tar.gz"))).status == 0);
    return unpacked(out, "tar -xzf", out / (name + ".tar.gz"));
  };
  for (const std::string dialect : {"newc", "odc"}) {
    const std::string name = dialect + ".cpio";
    REQUIRE(run_command(names + "cpio --quiet -oH " + dialect + " >" + word(out / name)).status ==
            0);
    CHECK(listing(repacked(name)) == listing(tree.path()));
    REQUIRE(run_command("gzip -n " + word(out / name)).status == 0);
    CHECK(listing(repacked(name + ".gz")) == listing(tree.path()));
  }
  REQUIRE(run_command(names + "TZ=Asia/Tokyo zip -qyX@ " + word(out / "x.zip")).status == 0);
  const fs::path from_zip = repacked("x.zip");
  CHECK(read_file(from_zip / "folder/same") == bytes(Many::text(1)));
  CHECK(fs::read_symlink(from_zip / "soft") == "folder/a");
  CHECK((fs::status(from_zip / "run").permissions() & fs::perms::owner_exec) != fs::perms::none);
}

TEST_CASE("a list of files is packed by the names in it") {
  const TempTree tree, out;
  tree.file("a/b", "1");
  tree.file("a/c", "2");
  tree.file("d", "3");
  write_file(out / "list", bytes("./a/b\nd\n"));
  const std::string run = "cd " + word(tree.path()) + " && " + shell_word(NORMALIZE_PROGRAM) +
                          " pack --files-from " + word(out / "list") + " -o ";
  REQUIRE(run_command(run + word(out / "p.tar")).status == 0);
  CHECK(run_command("tar -tf " + word(out / "p.tar")).output == "a/b\nd\n");
  write_file(out / "list", bytes("../x\n/etc/passwd\n"));
  CHECK(run_command(run + word(out / "q.tar")).status == 2);
}

TEST_CASE("a manifest in front tells the times that headers do not") {
  const TempTree tree, out;
  set_mtime_ns(tree.file("a", "text"), 1'000'000'000 * kSecond + 5);
  tree.file("!", "");
  REQUIRE(pack(tree, out / "p.tar", "--manifest").status == 0);
  const std::string first = run_command("tar -tf " + word(out / "p.tar")).output;
  CHECK(first == "+MTREE\n!\na\n");
  CHECK(run_command(shell_word(NORMALIZE_PROGRAM) + " check " + word(out / "p.tar")).status == 0);
  const std::string spec = run_command("tar -xOf " + word(out / "p.tar") + " +MTREE").output;
  CHECK(contains(spec,
                 "./a type=file mode=0644 uid=0 gid=0 size=4 time=1000000000.000000005 sha256="));
}

TEST_CASE("with a history, what changed last comes first") {
  const TempTree tree, out;
  for (const char* name : {"a", "b", "c"}) tree.file(name, name);
  const auto order = [&](const std::string& version) {
    const fs::path package = out / ("name-" + version + ".tgz");
    const std::string options = "--rsync openbsd --history " + word(out.path());
    REQUIRE(pack(tree, package, options).status == 0);
    return run_command("tar -tzf " + word(package)).output;
  };
  CHECK(order("1.0") == "a\nb\nc\n");
  tree.file("b", "changed");
  CHECK(order("1.1") == "b\na\nc\n");
  CHECK(order("1.2") == "b\na\nc\n");
  tree.file("c", "changed too");
  CHECK(order("1.3") == "c\nb\na\n");
  CHECK(fs::exists(out / "name.history"));
}

TEST_CASE("what cannot be read leaves no package, and the old one as it was") {
  const TempTree tree, out;
  tree.file("a", Many::text(1));
  tree.file("secret", "x");
  fs::permissions(tree / "secret", fs::perms::none);
  write_file(out / "p.tar.gz", bytes("the old one"));
  give_to_nobody(tree.path());
  give_to_nobody(out.path());
  const int status = as_nobody([&] {
    const CommandResult refused = pack(tree, out / "p.tar.gz");
    return refused.status == 2 && contains(refused.output, "secret: cannot open: Permission denied")
               ? 0
               : 1;
  });
  CHECK(status == 0);
  CHECK(read_file(out / "p.tar.gz") == bytes("the old one"));
  CHECK(files_in(out.path()) == 1);
}

TEST_CASE("a full disk leaves no package") {
  const TempTree tree, out;
  tree.file("noise", noise(300'000));
  for (const char* kind : {"tar", "tar.gz"}) {
    const fs::path package = out / ("p." + std::string(kind));
    // No file may grow past 64 KB: write(2) fails as it does on a full disk.
    const CommandResult refused =
        run_command("ulimit -f 128; " + shell_word(NORMALIZE_PROGRAM) + " pack " +
                    word(tree.path()) + " -o " + word(package));
    CHECK(refused.status == 2);
    CHECK(contains(refused.output, ": cannot write: File too large"));
    CHECK(files_in(out.path()) == 0);
  }
}

TEST_CASE("a file that somebody goes on writing leaves no package") {
  const TempTree tree, out;
  tree.file("log", noise(4'000'000));
  const std::string log = word(tree / "log");
  const std::string package = word(out / "p.tar.gz");
  // On a busy machine the writer may stand still meanwhile.
  const CommandResult refused = run_command(
      "(while :; do echo line >>" + log + "; done) & writer=$!\n" +
      "for attempt in 1 2 3 4 5 6 7 8 9; do " + shell_word(NORMALIZE_PROGRAM) + " pack " +
      word(tree.path()) + " -o " + package + " && rm " + package + " || { status=$?; break; }\n" +
      "done; kill $writer; wait $writer 2>/dev/null; exit $status");
  CHECK(refused.status == 2);
  CHECK(contains(refused.output, "log: changed while it was read"));
  CHECK(files_in(out.path()) == 0);
}

TEST_CASE("a package that stands in its own tree is not packed into itself") {
  const TempTree tree;
  tree.file("a", "x");
  REQUIRE(pack(tree, tree / "p.tar").status == 0);
  const CommandResult again = pack(tree, tree / "p.tar");
  CHECK(again.status == 2);
  CHECK(contains(again.output, "p.tar: is the package itself"));
  CHECK(pack(tree, tree / "p.tar", "--exclude p.tar").status == 0);
}

TEST_CASE("bad usage is refused before anything is written") {
  const TempTree tree, out;
  tree.file("a", "x");
  for (const char* options : {"-o p.zip", "", "-o p.tar --reference old",
                              "-o p.tar --rsync best --history .", "-o p.tar -0"}) {
    const CommandResult refused = pack_command("pack " + word(tree.path()) + " " + options);
    CHECK_MESSAGE(refused.status == 2, options);
  }
  CHECK(pack_command("pack -o " + word(out / "p.tar")).status == 2);
  CHECK(pack_command("repack -o " + word(out / "p.tar")).status == 2);
}
