#include "normalizers/rpm/classes.h"

#include <doctest/doctest.h>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Bytes gzip_head(std::uint8_t flags, std::uint32_t mtime, std::uint8_t xfl, std::uint8_t os) {
  Writer out;
  out.text("\x1f\x8b\x08");
  out.byte(flags);
  out.little_endian(mtime);
  out.byte(xfl);
  out.byte(os);
  out.text("name");
  out.zeros(4);
  out.little_endian(std::uint32_t{5});
  return out.written_since(0);
}

}  // namespace

TEST_CASE("what file(1) said of a file becomes what it would say of the normal one") {
  const auto text_of = [](std::string text, const Bytes& before, const Bytes& after) {
    return rpm::class_text(std::move(text), before, Content::view(after));
  };
  const Bytes noisy = gzip_head(8, kEpoch, 2, 3), quiet = gzip_head(0, 0, 2, 255);
  CHECK(
      text_of("ASCII text (gzip compressed data, was \"a, b\", last modified: Tue Jan  2 03:04:05 "
              "2024, max compression, from Unix)",
              noisy, quiet) == "ASCII text (gzip compressed data, max compression)");
  CHECK(text_of("gzip compressed data, was \"x\"", noisy, quiet) == "gzip compressed data");
  CHECK(text_of("gzip compressed data, last modified: Tue Jan  2 03:04:05 2024", noisy,
                gzip_head(0, kEpoch - 86'400, 2, 3)) ==
        "gzip compressed data, last modified: Mon Jan  1 03:04:05 2024");
  CHECK(text_of("ASCII text, from Unix", noisy, quiet) == "ASCII text, from Unix");

  const auto pyc = [](std::uint32_t mtime) {
    Writer out;
    out.little_endian(std::uint32_t{0x0a0d'0da7});
    out.little_endian(std::uint32_t{0});
    out.little_endian(mtime);
    out.zeros(8);
    return out.written_since(0);
  };
  CHECK(text_of("Byte-compiled Python module for CPython 3.11, timestamp-based, .py timestamp: Tue "
                "Jan  2 03:04:05 2024 UTC, .py size: 4 bytes",
                pyc(kEpoch), pyc(0)) ==
        "Byte-compiled Python module for CPython 3.11, timestamp-based, .py timestamp: Thu Jan  1 "
        "00:00:00 1970 UTC, .py size: 4 bytes");
}
