#include <doctest/doctest.h>

#include "normalizers/codec/codec.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("what bzip2 packed at any level is packed again so, and bzip2 reads it") {
  if (!have_tool("bzip2")) return;
  const TempTree tree;
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ";
  tree.file("noisy", noisy_gzip("text"));
  tree.file("quiet", normal(noisy_gzip("text")));
  for (const std::string level : {"-1", "-4", "-9"}) {
    for (const std::string name : {"noisy", "quiet"})
      REQUIRE(run_command(in_tree + "bzip2 -kf " + level + " " + name).status == 0);
    const Outcome outcome = run(read_file(tree / "noisy.bz2"), "a.gz.bz2");
    CHECK(outcome.bytes == read_file(tree / "quiet.bz2"));
    tree.file("out.bz2", outcome.bytes);
    CHECK(run_command(in_tree + "bzip2 -t out.bz2").status == 0);
  }
}

TEST_CASE("text that begins like bzip2 is nobody's") {
  CHECK(run(bytes("BZh is what bzip2 begins with"), "a.bz2").outcome == Result::Outcome::not_ours);
  CHECK(run(bytes("BZh9"), "a.bz2").outcome == Result::Outcome::not_ours);
}
