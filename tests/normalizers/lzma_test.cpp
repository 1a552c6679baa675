#include <doctest/doctest.h>

#include "normalizers/codec/codec.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

TEST_CASE("a header that could be one of LZMA counts only where LZMA follows") {
  const auto header = "\x5d\x00\x00\x80\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00"sv;
  Bytes text = bytes(header);
  for (unsigned state = 1; text.size() < 3000; state = state * 1'664'525 + 1'013'904'223)
    text.push_back(static_cast<std::byte>(state >> 24));
  CHECK(run(text, "a.lzma").outcome == Result::Outcome::not_ours);
  const Bytes packed = lzma_codec().pack(Content::own(bytes("text"))).to_bytes();
  REQUIRE(as_text(packed).starts_with(header));
  CHECK(run(packed, "a.lzma").format == "lzma");
  Bytes odd_dictionary = packed;
  odd_dictionary[2] = std::byte{1};
  CHECK(run(odd_dictionary, "a.lzma").outcome == Result::Outcome::not_ours);
}

TEST_CASE("what lzma packed is packed again so, and xz reads it") {
  if (!have_tool("xz")) return;
  const TempTree tree;
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ";
  tree.file("noisy", noisy_gzip("text"));
  tree.file("quiet", normal(noisy_gzip("text")));
  for (const std::string name : {"noisy", "quiet"})
    REQUIRE(run_command(in_tree + "xz -k -3 --format=lzma " + name).status == 0);
  CHECK(normal(read_file(tree / "noisy.lzma"), "a.lzma") == read_file(tree / "quiet.lzma"));
}
