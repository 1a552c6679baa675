#include <doctest/doctest.h>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

Bytes uimage(std::int64_t time, ByteView data, std::uint8_t type = 2) {
  const auto header = [&](std::uint32_t crc) {
    Writer out;
    out.text("\x27\x05\x19\x56"sv);
    out.big_endian(crc);
    out.big_endian(static_cast<std::uint32_t>(time));
    out.big_endian(static_cast<std::uint32_t>(data.size()));
    out.text(
        "load"
        "exec");
    out.big_endian(crc32(data));
    for (const std::uint8_t byte : {std::uint8_t{5}, std::uint8_t{2}, type, std::uint8_t{0}})
      out.byte(byte);
    out.text("a name");
    out.zeros(26);
    return std::move(out).finish().to_bytes();
  };
  Bytes image = header(crc32(header(0)));
  image.insert(image.end(), data.begin(), data.end());
  return image;
}

}  // namespace

TEST_CASE("uImage ih_time is lowered to the epoch and ih_hcrc made anew, no longer stale") {
  const Bytes data = bytes("a kernel");
  CHECK(normal(uimage(kEpoch + 9, data)) == uimage(kEpoch, data));
  CHECK(normal(uimage(5, data)) == uimage(5, data));
  CHECK(normal(uimage(kEpoch + 9, data), "f", Rules{}) == uimage(0, data));
}

TEST_CASE("a uImage whose header CRC is wrong is left alone") {
  Bytes file = uimage(kEpoch + 9, bytes("a kernel"));
  file[5] ^= std::byte{1};
  CHECK(run(file).bytes == file);
  CHECK(run(file).remarked("uimage: ih_hcrc does not match the header"));
}

TEST_CASE("what a uImage holds is normalized, size and CRC follow") {
  const Bytes inner = noisy_gzip("a kernel"), quiet = normal(inner);
  REQUIRE(inner.size() != quiet.size());
  CHECK(normal(uimage(5, inner)) == uimage(5, quiet));
}

TEST_CASE("the parts of a multi-file uImage stay") {
  const Bytes inner = noisy_gzip("a kernel");
  CHECK(normal(uimage(5, inner, 4)) == uimage(5, inner, 4));
}

TEST_CASE("a uImage with less data than it says is refused, with more it is kept") {
  Bytes file = uimage(kEpoch + 9, bytes("a kernel"));
  file.pop_back();
  CHECK(run(file).remarked("image data needs 8 bytes, 7 are left"));
  Bytes padded = uimage(kEpoch, bytes("a kernel"));
  padded.resize(200);
  CHECK(normal(padded) == padded);
}

TEST_CASE("mkimage reads the normal form of its images") {
  if (!have_tool("mkimage")) return;
  const TempTree tree;
  for (const auto& path : samples("uimage")) {
    const auto file = tree.file("image", normal(read_file(path)));
    const CommandResult list = run_command("TZ=UTC0 mkimage -l " + shell_word(file.string()));
    CHECK(list.status == 0);
    CHECK_MESSAGE(list.output.find("Tue Jan  2 03:04:05 2024") != std::string::npos, list.output);
  }
}
