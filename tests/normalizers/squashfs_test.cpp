#include <doctest/doctest.h>

#include "normalizers/bytes/reader.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Bytes sample(const std::string& name) {
  return read_file(data_folder() / "squashfs" / (name + ".squashfs"));
}

template <std::unsigned_integral T>
void store(Bytes& bytes, std::size_t offset, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[offset + i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint64_t number_at(const Bytes& bytes, std::size_t offset) {
  return Reader(ByteView(bytes).subspan(offset)).little_endian<std::uint64_t>("number");
}

/// The image that mksquashfs makes of one tree under some clock, zone, umask and user.
Bytes made(const std::string& script, const std::string& options, const std::string& clock,
           const std::string& zone, const std::string& umask, const std::string& owner) {
  const TempTree tree;
  const CommandResult result = run_command(
      "cd " + shell_word(tree.string()) + " && umask " + umask + " && mkdir t && (cd t && " +
      script + ") && chown -hR " + owner + " t && find t -exec touch -h -d '" + clock +
      "' {} + && TZ=" + zone + " faketime '" + clock +
      "' env NO_FAKE_STAT=1 mksquashfs t i.squashfs -quiet -no-progress " + options);
  REQUIRE_MESSAGE(result.status == 0, result.output);
  return read_file(tree / "i.squashfs");
}

std::string told(const Bytes& image, const std::string& command) {
  const TempTree tree;
  tree.file("i.squashfs", image);
  return run_command("cd " + shell_word(tree.string()) + " && " + command).output;
}

constexpr const char* kContents =
    "unsquashfs -quiet -no-progress -d out i.squashfs 2>&1; cd out && find . -type f -exec "
    "sha256sum {} + | sort; find . ! -type f -printf '%p %y %l\\n' | sort; getfattr -Rd . | sort";

const std::string kFewFiles =
    "mkdir bin && echo a note >note && ln note bin/same && ln -s note link && seq 3000 >numbers && "
    "mkfifo pipe && touch none";
/// Inodes and directories of many blocks, one directory of so many that it is indexed.
const std::string kManyFiles =
    "for d in $(seq 12); do mkdir $d; (cd $d; seq 40 | xargs touch); done; mkdir many; cd many; "
    "seq -f 'a file of some longer name %06g' 700 | tr '\\n' '\\0' | xargs -0 touch";

}  // namespace

TEST_CASE("squashfs: times, owners and umask bits are settled in images of every codec we pack") {
  for (const std::string name : {"gzip", "xz", "lz4", "zstd", "plain"}) {
    CAPTURE(name);
    const Outcome outcome = run(sample(name));
    CHECK(outcome.format == "squashfs");
    CHECK(outcome.changed());
    CHECK(outcome.remarks.empty());
    for (const std::string_view field : {"mkfs_time", "mode", "uid", "guid", "mtime", "id table"})
      CHECK_MESSAGE(outcome.found(field), std::string(field));
    CHECK(normal(outcome.bytes) == outcome.bytes);
  }
}

TEST_CASE(
    "squashfs: unsquashfs lists the normal form as root's, of the epoch, without umask bits") {
  if (!have_tool("unsquashfs")) return;
  for (const std::string name : {"gzip", "xz", "lz4", "zstd", "plain"}) {
    CAPTURE(name);
    const std::string list =
        told(normal(sample(name)), "TZ=UTC0 unsquashfs -lln i.squashfs | tr -s ' '");
    for (const std::string_view line :
         {"drwxr-xr-x 0/0 27 2024-01-02 03:04 squashfs-root/usr/bin",
          "-rw-r--r-- 0/0 18 2024-01-02 03:04 squashfs-root/usr/few",
          "lrwxrwxrwx 0/0 4 2024-01-02 03:04 squashfs-root/usr/link -> note"})
      CHECK_MESSAGE(list.find(line) != std::string::npos, list);
    const std::string about = told(normal(sample(name)), "TZ=UTC0 unsquashfs -s i.squashfs");
    CHECK_MESSAGE(about.find("Tue Jan  2 03:04:05 2024") != std::string::npos, about);
    CHECK_MESSAGE(about.find("Number of ids 1\n") != std::string::npos, about);
  }
}

TEST_CASE("squashfs: what unsquashfs unpacks is what it was, extended attributes too") {
  if (!have_tool("unsquashfs") || !have_tool("getfattr")) return;
  for (const auto& path : samples("squashfs")) {
    CAPTURE(path.string());
    const Bytes before = read_file(path);
    const std::string contents = told(before, kContents);
    CHECK_MESSAGE(contents.find("  ./usr/few\n") != std::string::npos, contents);
    CHECK(contents == told(normal(before), kContents));
  }
}

TEST_CASE("squashfs: inodes are stored where what is packed is to be, and unpack as before") {
  Rules rules = rules_with_epoch();
  rules.recompress = Recompress::store;
  for (const char* const name : {"gzip", "xz", "lz4", "zstd"}) {
    CAPTURE(name);
    const Bytes image = sample(name), stored = normal(image, name, rules);
    CHECK(stored != normal(image));
    CHECK(told(stored, kContents) == told(image, kContents));
    CHECK(normal(stored, name, rules) == stored);
    CHECK(normal(normal(image), name, rules) == stored);
  }
}

TEST_CASE("squashfs: findings name files by their paths") {
  const Outcome outcome = run(sample("gzip"));
  std::size_t of_few = 0;
  for (const Finding& finding : outcome.findings) of_few += finding.member == "usr/few";
  CHECK(of_few == 4);
}

TEST_CASE("squashfs: owners stay where the rules keep them, in the order they had") {
  Rules rules = rules_with_epoch();
  rules.owners = Owners::keep;
  const Outcome outcome = run(sample("gzip"), "file", rules);
  CHECK(outcome.changed());
  CHECK_FALSE(outcome.found("uid"));
  CHECK_FALSE(outcome.found("id table"));
}

TEST_CASE("squashfs: an image packed by lzo is left and named so") {
  const Outcome outcome = run(sample("lzo"));
  CHECK(outcome.bytes == sample("lzo"));
  CHECK(outcome.remarked("packed by lzo; left as it was"));
}

TEST_CASE("squashfs: an image of another version, or with data behind it, is left and named so") {
  Bytes image = sample("gzip");
  image[28] = std::byte{5};
  CHECK(run(image).remarked("version 5.0; left as it was"));
  image = sample("gzip");
  image.push_back(std::byte{1});
  CHECK(run(image).remarked("data behind the image may hold a signature of it"));
}

TEST_CASE("squashfs: zeros behind an image fill its last block again") {
  Bytes image = sample("gzip");
  image.resize((image.size() + 4095) / 4096 * 4096);
  CHECK(normal(image).size() % 4096 == 0);
}

TEST_CASE("squashfs: hostile counts and places of tables are refused") {
  const auto refused = [](std::string_view name, std::size_t offset, std::uint64_t value,
                          std::string_view why) {
    Bytes bad = sample(std::string(name));
    store(bad, offset, value);
    const Outcome outcome = run(bad);
    CHECK(outcome.bytes == bad);
    CHECK(outcome.outcome == Result::Outcome::damaged);
    CHECK_MESSAGE(outcome.remarked(why), outcome.remarks.at(0).text);
  };
  for (const std::string name : {"gzip", "plain"}) {
    refused(name, 40, std::uint64_t{1} << 63, "bytes_used is more than there are");
    refused(name, 48, std::uint64_t{1} << 63, "a table begins behind the end of the image");
    refused(name, 56, std::uint64_t{1} << 63, "xattr_table_start is missing");
    refused(name, 64, std::uint64_t{1} << 63, "the tables are not in the order that is known");
    refused(name, 72, std::uint64_t{1} << 63, "the tables are not in the order that is known");
    refused(name, 32, std::uint64_t{0xffff} << 16, "no metadata block begins at 65535");
    refused(name, 12, 0, "block_size is 0");
  }
}

TEST_CASE("squashfs: a directory in the place of another is refused") {
  Bytes image = sample("plain");  // its tables are not packed
  const std::size_t inodes = static_cast<std::size_t>(number_at(image, 64)) + 2;
  const std::size_t root = inodes + static_cast<std::size_t>(number_at(image, 32) & 0xffff);
  REQUIRE(image[root] == std::byte{1});       // a directory
  store(image, root + 26, std::uint16_t{0});  // offset: that of the first directory written
  const Outcome outcome = run(image);
  CHECK(outcome.bytes == image);
  CHECK_MESSAGE(outcome.outcome == Result::Outcome::damaged, "overlap");
}

TEST_CASE("squashfs: images made twice, elsewhere and later, end as the same bytes") {
  if (!have_tool("mksquashfs") || !have_tool("faketime") || !have_root()) return;
  const auto check = [](const std::string& script, const std::string& options) {
    CAPTURE(options);
    const Bytes one = made(script, options, "2025-06-07 08:09:10", "UTC", "022", "0:0");
    const Bytes two = made(script, options, "2026-01-02 03:04:05", "Asia/Tokyo", "002", "1234:100");
    REQUIRE(one != two);
    for (const Rules& rules : {rules_with_epoch(), strict_rules(), Rules()})
      CHECK(normal(one, "i.squashfs", rules) == normal(two, "i.squashfs", rules));
    if (!have_tool("unsquashfs") || !have_tool("getfattr")) return;
    const Bytes after = normal(two);
    CHECK(told(two, kContents) == told(after, kContents));
    const std::string list = told(after, "TZ=UTC0 unsquashfs -lln i.squashfs");
    CHECK(list.find(" 0/0 ") != std::string::npos);
    CHECK(list.find("2026-") == std::string::npos);
  };
  for (const std::string options :
       {"", "-comp xz", "-comp zstd", "-comp lz4", "-comp lz4 -Xhc", "-Xcompression-level 1",
        "-no-exports -noI -noId", "-nopad -no-fragments"})
    check(kFewFiles, options);
  for (const std::string options : {"", "-comp zstd"}) check(kManyFiles, options);
}
