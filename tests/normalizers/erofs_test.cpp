#include <doctest/doctest.h>

#include "normalizers/bytes/reader.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr std::size_t kSuper = 1024;

Bytes sample(const std::string& name) { return read_file(data_folder() / "erofs" / name); }

/// `image` without a checksum, so that it can be changed by hand.
Bytes unsummed(Bytes image) {
  image[kSuper + 8] &= std::byte{0xfe};  // feature_compat
  return image;
}

template <std::unsigned_integral T>
T number_at(const Bytes& bytes, std::size_t offset) {
  return Reader(ByteView(bytes).subspan(offset)).little_endian<T>("number");
}

template <std::unsigned_integral T>
void store(Bytes& bytes, std::size_t offset, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[offset + i] = static_cast<std::byte>(value >> (8 * i));
}

std::size_t root_of(const Bytes& image) {
  return std::size_t{32} * number_at<std::uint16_t>(image, kSuper + 14);
}

/// Where the entries of the root of a sample begin: behind its inode, which has no xattrs.
std::size_t entries_of(const Bytes& image) {
  const std::size_t root = root_of(image);
  return root + ((image[root] & std::byte{1}) != std::byte{0} ? 64 : 32);
}

/// The image that mkfs.erofs makes of one small tree under some clock, zone, umask and user.
Bytes made(const std::string& options, const std::string& clock, const std::string& zone,
           const std::string& umask, const std::string& owner) {
  const TempTree tree;
  const CommandResult result = run_command(
      "cd " + shell_word(tree.string()) + " && umask " + umask +
      " && mkdir t t/bin && echo a note >t/note && ln t/note t/bin/same && ln -s note t/link && " +
      "seq 3000 >t/numbers && mkfifo t/pipe && touch t/none && chown -hR " + owner +
      " t && find t -exec touch -h -d '" + clock + ".5' {} + && TZ=" + zone + " faketime '" +
      clock + "' env NO_FAKE_STAT=1 mkfs.erofs " + options + " i.erofs t");
  REQUIRE_MESSAGE(result.status == 0, result.output);
  return read_file(tree / "i.erofs");
}

CommandResult on_image(const Bytes& image, const std::string& command) {
  const TempTree tree;
  tree.file("i.erofs", image);
  return run_command("cd " + shell_word(tree.string()) + " && " + command);
}

}  // namespace

TEST_CASE("erofs: times, owners, umask bits and the random UUID are settled in their places") {
  for (const std::string name : {"plain.erofs", "packed.erofs"}) {
    const Bytes image = sample(name);
    const Outcome outcome = run(image);
    CHECK(outcome.format == "erofs");
    CHECK(outcome.bytes.size() == image.size());
    CHECK(outcome.remarks.empty());
    for (const std::string_view field :
         {"build_time", "uuid", "i_mode", "i_uid", "i_gid", "i_mtime"})
      CHECK_MESSAGE(outcome.found(field), std::string(field));
    CHECK(number_at<std::uint64_t>(outcome.bytes, kSuper + 24) == kEpoch);
    const std::size_t root = root_of(outcome.bytes);
    CHECK(number_at<std::uint16_t>(outcome.bytes, root + 4) == 0040755);
    CHECK(number_at<std::uint32_t>(outcome.bytes, root + 24) == 0);
    CHECK(number_at<std::uint64_t>(outcome.bytes, root + 32) == kEpoch);
    CHECK(number_at<std::uint32_t>(outcome.bytes, root + 40) == 0);  // i_mtime_nsec
  }
}

TEST_CASE("erofs: inodes of 32 bytes have owners and modes of their own, and the build's time") {
  const Bytes image = sample("compact.erofs");
  const Outcome outcome = run(image);
  CHECK(outcome.found("build_time"));
  CHECK(outcome.found("i_uid"));
  CHECK_FALSE(outcome.found("i_mtime"));
  const std::size_t root = root_of(image);
  CHECK(number_at<std::uint16_t>(image, root + 24) == 1000);
  CHECK(number_at<std::uint16_t>(outcome.bytes, root + 24) == 0);
  CHECK(number_at<std::uint16_t>(outcome.bytes, root + 4) == 0040755);
}

TEST_CASE("erofs: findings name files by their paths, a hard link by its first") {
  const Outcome outcome = run(sample("plain.erofs"));
  std::size_t of_few = 0, of_links = 0;
  for (const Finding& finding : outcome.findings) {
    of_few += finding.member == "usr/few";
    of_links += finding.member == "usr/bin/same";
  }
  CHECK(of_few == 4);
  CHECK(of_links == 0);
}

TEST_CASE("erofs: owners stay where the rules keep them") {
  Rules rules = rules_with_epoch();
  rules.owners = Owners::keep;
  CHECK_FALSE(run(sample("plain.erofs"), "file", rules).found("i_uid"));
}

TEST_CASE("erofs: a fraction past the epoch's own second goes, one before it stays") {
  Bytes image = unsummed(normal(sample("plain.erofs")));
  const std::size_t root = root_of(image);
  store(image, root + 40, std::uint32_t{5});
  const Outcome outcome = run(image);
  CHECK(outcome.found("i_mtime"));
  CHECK(number_at<std::uint32_t>(outcome.bytes, root + 40) == 0);
  store(image, root + 32, std::uint64_t{kEpoch - 1});
  CHECK_FALSE(run(image).found("i_mtime"));
}

TEST_CASE("erofs: the UUID is of the image's own content, and one that is not random stays") {
  const Bytes image = unsummed(sample("plain.erofs"));
  Bytes other = image;
  other[kSuper + 64] = std::byte{'x'};  // volume_name
  const auto uuid = [](const Bytes& of) {
    const Bytes after = normal(of);
    return Bytes(after.begin() + kSuper + 48, after.begin() + kSuper + 64);
  };
  CHECK(uuid(image) != uuid(other));
  CHECK((uuid(image)[6] & std::byte{0xf0}) == std::byte{0x80});
  Bytes chosen = image;
  std::fill_n(chosen.begin() + kSuper + 48, 16, std::byte{0});
  CHECK(uuid(chosen) == Bytes(16));
}

TEST_CASE("erofs: features that are not known are left and named so") {
  for (const std::size_t offset : {std::size_t{8}, std::size_t{80}, std::size_t{90}}) {
    Bytes image = sample("plain.erofs");
    image[kSuper + offset + (offset == 90 ? 0 : 2)] = std::byte{1};
    const Outcome outcome = run(image);
    CHECK(outcome.bytes == image);
    CHECK(outcome.remarked("it has features that are not known here; left as it was"));
  }
}

TEST_CASE("erofs: a checksum that is wrong is left alone") {
  Bytes image = sample("plain.erofs");
  image[kSuper + 4] ^= std::byte{1};
  CHECK(run(image).bytes == image);
  CHECK(run(image).remarked("checksum does not match"));
}

TEST_CASE("erofs: hostile inodes and directories are refused") {
  const Bytes image = unsummed(sample("plain.erofs"));
  const std::size_t root = root_of(image), entries = entries_of(image);
  REQUIRE(image.size() > entries + 24);
  const auto refused = [&](auto change, std::string_view why) {
    Bytes bad = image;
    change(bad);
    const Outcome outcome = run(bad);
    CHECK(outcome.bytes == bad);
    CHECK_MESSAGE(outcome.remarked(why), std::string(why));
  };
  refused([&](Bytes& bad) { store(bad, kSuper + 14, std::uint16_t{0xffff}); },
          "nid 65535 is outside of the image");
  refused([&](Bytes& bad) { store(bad, entries, ~std::uint64_t{0}); }, "is outside of the image");
  refused([&](Bytes& bad) { store(bad, root + 8, std::uint64_t{1} << 63); },
          "the directories are larger than the image");
  refused([&](Bytes& bad) { store(bad, root + 8, std::uint64_t{4096}); },
          "directory needs 4096 bytes");
  refused([&](Bytes& bad) { store(bad, entries + 8, std::uint16_t{7}); },
          "nameoff 7 is not behind the entries");
  refused([&](Bytes& bad) { store(bad, entries + 20, std::uint16_t{0xfff}); },
          "nameoff is not in order");
  refused([&](Bytes& bad) { store(bad, root, std::uint16_t{7}); },
          "a directory is laid out in a way not known");
  // One slot behind the root is its own second half.
  refused([&](Bytes& bad) { store(bad, entries, std::uint64_t{root / 32 + 1}); }, "overlap");
  refused([&](Bytes& bad) { store(bad, kSuper + 12, std::uint8_t{40}); }, "blkszbits is 40");
}

TEST_CASE("erofs: a directory that is its own parent and child is visited once") {
  Bytes image = unsummed(sample("plain.erofs"));
  const std::size_t entries = entries_of(image);
  for (std::size_t at = entries; at < entries + 36; at += 12)
    store(image, at, std::uint64_t{root_of(image) / 32});
  CHECK(run(image).changed());
}

TEST_CASE("erofs: images made twice, elsewhere and later, end as the same bytes") {
  if (!have_tool("mkfs.erofs") || !have_tool("faketime") || !have_root()) return;
  for (const std::string options : {"", "-zlz4hc", "--ignore-mtime", "--chunksize=4096"}) {
    CAPTURE(options);
    const Bytes one = made(options, "2025-06-07 08:09:10", "UTC", "022", "0:0");
    const Bytes two = made(options, "2026-01-02 03:04:05", "Asia/Tokyo", "002", "1234:100");
    REQUIRE(one != two);
    for (const Rules& rules : {rules_with_epoch(), strict_rules(), Rules()})
      CHECK(normal(one, "i.erofs", rules) == normal(two, "i.erofs", rules));
  }
}

TEST_CASE("erofs: fsck.erofs takes the normal form and unpacks what was in it") {
  if (!have_tool("fsck.erofs") || !have_tool("dump.erofs")) return;
  const std::string contents =
      "fsck.erofs --extract=out i.erofs >log 2>&1 || cat log; cd out && find . -type f -exec "
      "sha256sum {} + | sort; find . ! -type f -printf '%p %y %l\\n' | sort";
  for (const auto& path : samples("erofs")) {
    CAPTURE(path.string());
    const Bytes before = read_file(path), after = normal(before);
    CHECK(on_image(after, "fsck.erofs i.erofs").status == 0);
    const CommandResult content = on_image(before, contents);
    CHECK_MESSAGE(content.output.find("./usr/few") != std::string::npos, content.output);
    CHECK(content.output == on_image(after, contents).output);
    const CommandResult dump = on_image(after, "TZ=UTC0 dump.erofs -s i.erofs");
    CHECK_MESSAGE(dump.output.find("Tue Jan  2 03:04:05 2024") != std::string::npos, dump.output);
  }
}
