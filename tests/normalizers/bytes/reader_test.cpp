#include "normalizers/bytes/reader.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace std::string_view_literals;
using test::bytes;

TEST_CASE("integers are read in the order the format says") {
  const Bytes input = bytes("\x01\x02\x03\x04\xff\xfe\x80");
  Reader in(input);
  CHECK(in.little_endian<std::uint16_t>("a") == 0x0201);
  CHECK(in.big_endian<std::uint16_t>("b") == 0x0304);
  CHECK(in.little_endian<std::uint16_t>("c") == 0xfeff);
  CHECK(in.byte("d") == 0x80);
  CHECK(in.remaining() == 0);
}

TEST_CASE("a field that does not fit names itself, its need and its place") {
  const Bytes input = bytes("abcdef");
  Reader in(input, 0x100);
  in.take(4, "start");
  try {
    in.take(3, "CRC32");
    FAIL("three of two bytes were taken");
  } catch (const FormatError& error) {
    CHECK(error.what() == "CRC32 needs 3 bytes, 2 are left"sv);
    CHECK(error.offset() == 0x104);
  }
  CHECK(in.remaining() == 2);
}

TEST_CASE("a count near the end of 64 bits does not wrap") {
  const Bytes input = bytes("abc");
  Reader in(input);
  in.byte("first");
  CHECK_THROWS_AS(in.take(~std::uint64_t{0}, "size"), FormatError);
}

TEST_CASE("a region has its own end and the file's offsets") {
  const Bytes input = bytes("abcdef");
  Reader in(input);
  in.byte("a");
  Reader region = in.region(3, "region");
  CHECK(as_text(region.rest()) == "bcd");
  CHECK(region.offset() == 1);
  CHECK_THROWS_AS(region.take(4, "too much"), FormatError);
  CHECK(in.offset() == 4);
}

TEST_CASE("a string without its NUL is refused") {
  const Bytes input = bytes("name\0rest"sv);
  Reader in(input);
  CHECK(as_text(in.zero_terminated("FNAME")) == "name\0"sv);
  CHECK_THROWS_AS(in.zero_terminated("FCOMMENT"), FormatError);
}

TEST_CASE("expected bytes are compared, and an offender is not passed over") {
  const Bytes input = bytes("MZ");
  Reader in(input);
  CHECK_THROWS_AS(in.expect(as_bytes("PK"), "magic"), FormatError);
  CHECK(in.offset() == 0);
  in.expect(as_bytes("MZ"), "magic");
}
