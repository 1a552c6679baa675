#include <doctest/doctest.h>

#include "normalizers/codec/codec.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("what lz4 packed, legacy frames too, is packed again so, and lz4 reads it") {
  if (!have_tool("lz4")) return;
  const TempTree tree;
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ";
  tree.file("noisy", noisy_gzip("text"));
  tree.file("quiet", normal(noisy_gzip("text")));
  for (const std::string options : {"-1", "-9 -BX", "-12 --content-size", "-l -9"}) {
    CAPTURE(options);
    for (const std::string name : {"noisy", "quiet"})
      REQUIRE(
          run_command(in_tree + "lz4 -qf " + options + " " + name + " " + name + ".lz4").status ==
          0);
    const Outcome outcome = run(read_file(tree / "noisy.lz4"), "a.gz.lz4");
    CHECK(outcome.bytes == read_file(tree / "quiet.lz4"));
    tree.file("out.lz4", outcome.bytes);
    CHECK(run_command(in_tree + "lz4 -qdc out.lz4 | cmp - quiet").status == 0);
  }
}

TEST_CASE("a stored frame is one that lz4 reads") {
  if (!have_tool("lz4")) return;
  const TempTree tree;
  tree.file("in", std::string(9'000'000, 'x'));
  const Bytes payload = read_file(tree / "in");
  tree.file("in.lz4", lz4_codec().store(Content::view(payload)));
  CHECK(run_command("cd " + shell_word(tree.string()) + " && lz4 -qdc in.lz4 | cmp - in").status ==
        0);
}
