#include <doctest/doctest.h>

#include "normalizers/codec/codec.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

TEST_CASE("a skippable frame may index the others, so nothing is packed again beside it") {
  const Bytes packed = zstd_codec().pack(Content::own(noisy_gzip("text"))).to_bytes();
  const std::string frame{"\x5e\x2a\x4d\x18\x04\x00\x00\x00seek"sv};
  for (const std::string& file :
       {frame + std::string(as_text(packed)), std::string(as_text(packed)) + frame}) {
    for (const Rules& rules : {rules_with_epoch(), strict_rules()}) {
      const Outcome outcome = run(bytes(file), "a.gz.zst", rules);
      CHECK(outcome.format == "zstd");
      CHECK(outcome.outcome == Result::Outcome::already_normal);
      CHECK(outcome.remarked("a skippable frame may index"));
    }
  }
}

TEST_CASE("what zstd packed at any level is packed again so, and zstd reads it") {
  if (!have_tool("zstd")) return;
  const TempTree tree;
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ";
  tree.file("noisy", noisy_gzip("text"));
  tree.file("quiet", normal(noisy_gzip("text")));
  for (const std::string options : {"-1", "-19 --no-check", "--ultra -22", "--single-thread"}) {
    CAPTURE(options);
    for (const std::string name : {"noisy", "quiet"})
      REQUIRE(run_command(in_tree + "zstd -qkf " + options + " " + name).status == 0);
    const Outcome outcome = run(read_file(tree / "noisy.zst"), "a.gz.zst");
    CHECK(outcome.bytes == read_file(tree / "quiet.zst"));
  }
}

TEST_CASE("a stored frame is one that zstd reads") {
  if (!have_tool("zstd")) return;
  const TempTree tree;
  tree.file("in", std::string(300'000, 'x'));
  const Bytes payload = read_file(tree / "in");
  tree.file("in.zst", zstd_codec().store(Content::view(payload)));
  CHECK(run_command("cd " + shell_word(tree.string()) + " && zstd -qdc in.zst | cmp - in").status ==
        0);
}
