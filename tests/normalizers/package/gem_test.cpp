#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Bytes sample(std::string_view name) { return read_file(data_folder() / "tar" / name); }

/// What RubyGems finds in the gem, its checksums compared; empty where it refuses.
std::string unpacked(const Bytes& gem) {
  const TempTree tree;
  tree.file("a.gem", gem);
  const std::string at = "cd " + shell_word(tree.string()) + " && ";
  const CommandResult result =
      run_command(at + "gem unpack -q a.gem && cd a && find . -type f | LC_ALL=C sort | xargs cat");
  return result.status == 0 ? result.output : "";
}

std::string metadata(const Bytes& gem) {
  const TempTree tree;
  tree.file("a.gem", gem);
  return run_command("tar xOf " + shell_word((tree / "a.gem").string()) + " metadata.gz | gzip -d")
      .output;
}

}  // namespace

TEST_CASE("gem: its checksums follow what changes, and RubyGems takes it") {
  const Bytes gem = sample("tiny.gem");
  const Outcome outcome = run(gem, "tiny.gem");
  CHECK(outcome.found("digest"));
  CHECK(outcome.found("MTIME"));
  CHECK(normal(outcome.bytes, "tiny.gem") == outcome.bytes);
  if (!have_tool("gem")) return;
  CHECK(unpacked(gem) != "");
  CHECK(unpacked(outcome.bytes) != "");
}

TEST_CASE("gem: the date in its specification becomes the day of the epoch") {
  const Outcome outcome = run(sample("tiny.gem"), "tiny.gem");
  CHECK(outcome.found("date"));
  const std::string text = metadata(outcome.bytes);
  CHECK(text.find("\ndate: 2024-01-02 00:00:00.000000000 Z\n") != std::string::npos);
}

TEST_CASE("gem: without an epoch the date is RubyGems' own default") {
  const std::string text = metadata(normal(sample("tiny.gem"), "tiny.gem", Rules()));
  CHECK(text.find("\ndate: 1980-01-02 00:00:00.000000000 Z\n") != std::string::npos);
}

TEST_CASE("gem: strict forgets the version of RubyGems that packed") {
  CHECK(metadata(normal(sample("tiny.gem"), "tiny.gem")).find("rubygems_version: 3.3") !=
        std::string::npos);
  const std::string text = metadata(normal(sample("tiny.gem"), "tiny.gem", strict_rules()));
  CHECK(text.find("\nrubygems_version: 0\n") != std::string::npos);
}

TEST_CASE(
    "gem: strict writes its specification in one style of YAML, and RubyGems reads the same") {
  const Outcome outcome = run(sample("tiny.gem"), "tiny.gem", strict_rules());
  CHECK(outcome.found("YAML style"));
  CHECK(metadata(outcome.bytes).find("- - '>='\n") != std::string::npos);
  CHECK_FALSE(run(sample("tiny.gem"), "tiny.gem").found("YAML style"));
  CHECK_FALSE(run(outcome.bytes, "tiny.gem", strict_rules()).changed());
  if (!have_tool("gem")) return;
  CHECK(unpacked(outcome.bytes) != "");
  const auto specification = [](const Bytes& gem) {
    const TempTree tree;
    tree.file("a.gem", gem);
    return run_command("cd " + shell_word(tree.string()) +
                       " && gem spec --ruby a.gem | grep -v rubygems_version | grep -v date")
        .output;
  };
  CHECK(specification(outcome.bytes) == specification(sample("tiny.gem")));
}

TEST_CASE("gem: one whose checksums are wrong is damaged and stays") {
  Bytes gem = sample("tiny.gem");
  // XFL of data.tar.gz, which the digests cover and gzip passes over.
  const std::string_view text = as_text(gem);
  const std::size_t header = text.find("data.tar.gz") / 512 * 512;
  REQUIRE(header + 520 < gem.size());
  gem[header + 512 + 8] ^= std::byte{4};
  const Outcome outcome = run(gem, "tiny.gem");
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("checksums.yaml does not match"));
}

TEST_CASE("gem: a signed one stays, is an error, or loses its signatures, as the rules say") {
  const Bytes gem = sample("signed.gem");
  const Outcome left = run(gem, "signed.gem");
  CHECK(left.outcome == Result::Outcome::already_normal);
  CHECK(left.remarked("signed (*.sig)"));

  Rules rules = rules_with_epoch();
  rules.signed_files = SignedFiles::fail;
  const Outcome failed = run(gem, "signed.gem", rules);
  REQUIRE(failed.remarks.size() == 1);
  CHECK(failed.remarks.front().kind == Remark::Kind::failed);
  CHECK(failed.bytes == gem);

  rules.signed_files = SignedFiles::strip;
  const Outcome stripped = run(gem, "signed.gem", rules);
  CHECK(stripped.found("signature"));
  CHECK(as_text(stripped.bytes).find(".sig") == std::string_view::npos);
  CHECK(stripped.found("cert_chain"));
  const std::string text = metadata(stripped.bytes);
  CHECK(text.find("\ncert_chain: []\ndate: ") != std::string::npos);
  CHECK(text.find("CERTIFICATE") == std::string::npos);
  CHECK(normal(stripped.bytes, "signed.gem") == stripped.bytes);
  if (have_tool("gem")) CHECK(unpacked(stripped.bytes) != "");
}

TEST_CASE("gem: one whose checksums cannot be read is damaged and stays") {
  Bytes gem = sample("tiny.gem");
  const std::size_t header = as_text(gem).find("checksums.yaml.gz");
  REQUIRE(header % 512 == 0);
  gem[header + 512 + 20] ^= std::byte{0xff};
  CHECK(run(gem, "tiny.gem").outcome == Result::Outcome::damaged);
}
