#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr std::size_t kPrimary = 16 * 2048;
constexpr std::size_t kCreated = kPrimary + 813, kModified = kPrimary + 830;

Bytes sample(const std::string& name) { return read_file(data_folder() / "iso9660" / name); }

Outcome outcome_of(const Bytes& image, const Rules& rules = rules_with_epoch()) {
  return run(image, "x.iso", rules);
}

std::string text_at(const Bytes& image, std::size_t offset, std::size_t size) {
  return std::string(as_text(ByteView(image).subspan(offset, size)));
}

/// Where the root directory of the primary volume begins.
std::size_t root_of(const Bytes& image) {
  std::size_t sector = 0;
  for (std::size_t i = 4; i > 0; --i)
    sector = sector << 8 | std::to_integer<std::size_t>(image[kPrimary + 156 + 1 + i]);
  return sector * 2048;
}

/// Of `program` over one small tree under some clock, zone, umask and user.
Bytes made(const std::string& program, const std::string& clock, const std::string& zone,
           const std::string& umask, const std::string& owner) {
  const TempTree tree;
  const CommandResult result = run_command(
      "cd " + shell_word(tree.string()) + " && umask " + umask +
      " && mkdir -p t/bin t/deep/er && echo a note >t/note && ln t/note t/bin/same && " +
      "ln -s note t/link && seq 3000 >t/deep/er/numbers && chown -hR " + owner +
      " t && find t -exec touch -h -d '" + clock + ".5' {} + && TZ=" + zone +
      " NO_FAKE_STAT=1 faketime '" + clock + "' " + program + " -o i.iso t");
  REQUIRE_MESSAGE(result.status == 0, result.output);
  return read_file(tree / "i.iso");
}

CommandResult on_image(const Bytes& image, const std::string& command) {
  const TempTree tree;
  tree.file("i.iso", image);
  return run_command("cd " + shell_word(tree.string()) + " && " + command);
}

}  // namespace

TEST_CASE("iso9660: dates, owners and umask bits are settled in their places") {
  const Bytes image = sample("rock-ridge-joliet.iso");
  const Outcome outcome = outcome_of(image);
  CHECK(outcome.format == "iso9660");
  CHECK(outcome.bytes.size() == image.size());
  CHECK(outcome.remarks.empty());
  for (const std::string_view field :
       {"volume date", "recording date and time", "PX mode", "PX uid", "PX gid"})
    CHECK_MESSAGE(outcome.found(field), std::string(field));
  CHECK(text_at(outcome.bytes, kCreated, 17) == std::string("2024010203040500\0", 17));
  CHECK(text_at(outcome.bytes, kModified, 17) == std::string("2024010203040500\0", 17));
  const std::string root = text_at(outcome.bytes, root_of(image) + 18, 7);
  CHECK(root == std::string("\x7c\1\2\3\4\5\0", 7));
  CHECK(text_at(outcome.bytes, 0, kPrimary) == text_at(image, 0, kPrimary));
}

TEST_CASE("iso9660: a date that is not specified stays so") {
  const Bytes image = sample("plain.iso");
  const std::size_t expires = kPrimary + 847;
  REQUIRE(text_at(image, expires, 16) == std::string(16, '0'));
  CHECK(text_at(outcome_of(image).bytes, expires, 17) == text_at(image, expires, 17));
}

TEST_CASE("iso9660: an older date stays, but is told in UTC") {
  Bytes image = sample("plain.iso");
  const std::string old = "2001020304050677$";  // nine hours east of Greenwich
  std::ranges::copy(as_bytes(old), image.begin() + kCreated);
  image[kCreated + 16] = std::byte{36};
  const Bytes after = outcome_of(image).bytes;
  CHECK(text_at(after, kCreated, 17) == std::string("2001020219050677\0", 17));
}

TEST_CASE("iso9660: findings name files by Rock Ridge, else as they stand") {
  std::string paths, plain;
  for (const Finding& finding : outcome_of(sample("rock-ridge-joliet.iso")).findings)
    paths += std::string(finding.member) + "\n";
  CHECK(paths.find("usr/a rather long name of a file in lower case.txt\n") != std::string::npos);
  CHECK(paths.find("usr/bin/same\n") != std::string::npos);
  for (const Finding& finding : outcome_of(sample("plain.iso")).findings)
    plain += std::string(finding.member) + "\n";
  CHECK(plain.find("USR/FEW.;1\n") != std::string::npos);
}

TEST_CASE("iso9660: owners stay where the rules keep them") {
  Rules rules = rules_with_epoch();
  rules.owners = Owners::keep;
  CHECK_FALSE(outcome_of(sample("rock-ridge-joliet.iso"), rules).found("PX uid"));
}

TEST_CASE("iso9660: what boots may be found by its volume's dates, which strict alone settles") {
  const Bytes image = sample("xorriso-boot.iso");
  const Outcome safe = outcome_of(image);
  CHECK(safe.found("recording date and time"));
  CHECK_FALSE(safe.found("volume date"));
  CHECK(safe.remarked("it boots"));
  const Outcome strict = outcome_of(image, strict_rules());
  CHECK(strict.found("volume date"));
  CHECK_FALSE(strict.remarked("it boots"));
}

TEST_CASE("iso9660: an image with sums of itself, or of UDF, is left") {
  Bytes image = sample("plain.iso");
  Bytes summed = image, udf = image;
  std::ranges::copy(as_bytes("libisofs_checksum_tag_v1"), summed.end() - 2048);
  CHECK(outcome_of(summed).bytes == summed);
  CHECK(outcome_of(summed).remarked("checksums of itself; left as it was"));
  std::size_t behind = kPrimary;
  while (udf[behind] != std::byte{255}) behind += 2048;
  std::ranges::copy(as_bytes("BEA01"), udf.begin() + static_cast<std::ptrdiff_t>(behind + 2049));
  CHECK(outcome_of(udf).bytes == udf);
  CHECK(outcome_of(udf).remarked("of UDF too; left as it was"));
}

TEST_CASE("iso9660: content and name together tell an image") {
  const Bytes image = sample("plain.iso");
  CHECK(run(image, "x.ISO").format == "iso9660");
  CHECK(run(image, "x.img").format != "iso9660");
  CHECK(run(Bytes(image.size()), "x.iso").format != "iso9660");
}

TEST_CASE("iso9660: hostile records are refused") {
  const Bytes image = sample("rock-ridge-joliet.iso");
  const std::size_t root = root_of(image);
  const auto refused = [&](auto change, std::string_view why) {
    Bytes bad = image;
    change(bad);
    const Outcome outcome = outcome_of(bad);
    CHECK(outcome.bytes == bad);
    CHECK_MESSAGE(outcome.remarked(why), std::string(why));
  };
  refused([&](Bytes& bad) { bad[kPrimary + 156 + 5] = std::byte{0xff}; }, "directory is missing");
  refused([&](Bytes& bad) { bad[kPrimary + 156 + 13] = std::byte{0x7f}; }, "directory needs");
  refused([&](Bytes& bad) { bad[root] = std::byte{20}; }, "directory record needs");
  refused([&](Bytes& bad) { bad[root + 32] = std::byte{0xff}; }, "file identifier needs");
  refused([&](Bytes& bad) { bad[kPrimary + 2048 + 1] = std::byte{'X'}; }, "standard identifier");
}

TEST_CASE("iso9660: a directory that is its own child is visited once") {
  Bytes image = sample("rock-ridge-joliet.iso");
  const std::size_t root = root_of(image);
  std::size_t record = root;
  for (int i = 0; i < 2; ++i) record += std::to_integer<std::size_t>(image[record]);
  std::copy_n(image.begin() + static_cast<std::ptrdiff_t>(root + 2), 16,
              image.begin() + static_cast<std::ptrdiff_t>(record + 2));
  CHECK(outcome_of(image).changed());
}

TEST_CASE("iso9660: images made twice, elsewhere and later, end as the same bytes") {
  if (!have_tool("genisoimage") || !have_tool("xorriso") || !have_tool("faketime") || !have_root())
    return;
  for (const std::string program :
       {"genisoimage -quiet", "genisoimage -quiet -R -J", "xorriso -as mkisofs -quiet -J"}) {
    CAPTURE(program);
    const Bytes one = made(program, "2025-06-07 08:09:10", "UTC", "022", "0:0");
    const Bytes two = made(program, "2026-01-02 03:04:05", "Asia/Tokyo", "002", "1234:100");
    REQUIRE(one != two);
    for (const Rules& rules : {rules_with_epoch(), strict_rules(), Rules()})
      CHECK(normal(one, "i.iso", rules) == normal(two, "i.iso", rules));
  }
}

TEST_CASE("iso9660: isoinfo and libarchive find in the normal form what was there") {
  if (!have_tool("isoinfo") || !have_tool("bsdtar")) return;
  const std::string contents =
      "isoinfo -R -f -i i.iso; isoinfo -J -f -i i.iso 2>&1; mkdir out; bsdtar -xf i.iso -C out && "
      "cd out && find . -type f -exec sha256sum {} + | sort; find . ! -type f -printf '%p %y "
      "%l\\n' "
      "| sort";
  for (const auto& path : samples("iso9660")) {
    CAPTURE(path.string());
    const Bytes before = read_file(path), after = normal(before, "x.iso");
    REQUIRE(before != after);
    const CommandResult content = on_image(before, contents);
    CHECK_MESSAGE(content.output.find("./") != std::string::npos, content.output);
    CHECK(content.output == on_image(after, contents).output);
    CHECK(on_image(after, "TZ=UTC bsdtar -tvf i.iso").output.find("Jan  2  2024") !=
          std::string::npos);
  }
}
