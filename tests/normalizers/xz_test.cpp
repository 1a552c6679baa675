#include <doctest/doctest.h>

#include "normalizers/codec/codec.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("padding between and behind xz streams stays") {
  const Bytes noisy = noisy_gzip("text");
  Bytes late = normal(noisy);
  late[7] = std::byte{0x7f};
  const auto file = [](const Bytes& payload) {
    const ByteView all = payload;
    Bytes packed = xz_codec().pack(Content::view(all.first(10))).to_bytes();
    packed.resize(packed.size() + 8);
    const Bytes second = xz_codec().pack(Content::view(all.subspan(10))).to_bytes();
    packed.insert(packed.end(), second.begin(), second.end());
    packed.resize(packed.size() + 4);
    return packed;
  };
  const Outcome outcome = run(file(late), "a.xz");
  CHECK(outcome.changed());
  CHECK(outcome.bytes == file(normal(late)));
}

TEST_CASE("what xz packed with any preset and layout is packed again so, and xz reads it") {
  if (!have_tool("xz")) return;
  const TempTree tree;
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ";
  tree.file("noisy", noisy_gzip("text"));
  tree.file("quiet", normal(noisy_gzip("text")));
  for (const std::string options :
       {"-0", "-9e --check=crc32", "-T2 -1", "--x86 --lzma2=preset=3"}) {
    CAPTURE(options);
    for (const std::string name : {"noisy", "quiet"})
      REQUIRE(run_command(in_tree + "xz -kf " + options + " " + name).status == 0);
    const Outcome outcome = run(read_file(tree / "noisy.xz"), "a.gz.xz");
    CHECK(outcome.bytes == read_file(tree / "quiet.xz"));
    tree.file("out.xz", outcome.bytes);
    CHECK(run_command(in_tree + "xz -dc out.xz | cmp - quiet").status == 0);
  }
}

TEST_CASE("blocks of one byte are not reproduced, so that a hostile index costs no time") {
  if (!have_tool("xz")) return;
  const TempTree tree;
  tree.file("noisy", noisy_gzip(std::string(2000, 'x')));
  REQUIRE(run_command("xz -k -9 --block-size=1 " + shell_word((tree / "noisy").string())).status ==
          0);
  const Bytes packed = read_file(tree / "noisy.xz");
  const Outcome outcome = run(packed, "a.gz.xz");
  CHECK(outcome.changed());
  CHECK(outcome.bytes.size() < packed.size() / 10);
}
