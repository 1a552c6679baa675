#include "normalizers/bytes/content.h"

#include <doctest/doctest.h>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"

using namespace normalize;
using test::bytes;

TEST_CASE("an input carried over in parts that touch is one view of it") {
  const Bytes input = bytes("carried over");
  Writer out;
  out.carry(ByteView(input).first(7));
  out.carry(ByteView(input).subspan(7));
  const Content content = std::move(out).finish();
  CHECK(content.pieces().size() == 1);
  CHECK(content == input);
}

TEST_CASE("contents compare by their bytes, however they are cut") {
  const Bytes input = bytes("one two three");
  Writer out;
  out.text("one ");
  out.carry(ByteView(input).subspan(4, 4));
  out.text("three");
  const Content content = std::move(out).finish();
  CHECK(content == input);
  CHECK_FALSE(content == bytes("one two thre"));
  CHECK_FALSE(content == bytes("one two threE"));
  CHECK(Content() == ByteView());
}

TEST_CASE("what a writer copied stays true while it grows") {
  Writer out;
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    out.text(std::to_string(i));
    expected += std::to_string(i);
  }
  out.bytes(Bytes(100'000, std::byte{7}));
  expected.append(100'000, '\7');
  out.zeros(1000);
  expected.append(1000, '\0');
  CHECK(as_text(out.written_since(0)) == expected);
  CHECK(as_text(out.written_since(expected.size() - 3)) == std::string_view("\0\0\0", 3));
  CHECK(out.size() == expected.size());
}

TEST_CASE("a slice shares what it is cut from, and keeps it alive") {
  Content slice;
  {
    Content whole = Content::own(bytes("abcdef"));
    whole.append(Content::own(bytes("ghijkl")));
    slice = whole.slice(4, 4);
  }
  CHECK(as_text(slice.to_bytes()) == "efgh");
  CHECK(slice.slice(3, 100).to_bytes() == bytes("h"));
  CHECK(slice.slice(4, 1).size() == 0);
}

TEST_CASE("integers are written byte by byte in either order") {
  Writer out;
  out.little_endian<std::uint32_t>(0x01020304);
  out.big_endian<std::uint16_t>(0x0506);
  CHECK(std::move(out).finish() == bytes("\x04\x03\x02\x01\x05\x06"));
}

TEST_CASE("a cursor takes a content apart, across and within its pieces") {
  Content content = Content::own(bytes("one"));
  content.append(Content::own(bytes("two")));
  ContentCursor cursor(content);
  CHECK(cursor.take(2) == bytes("on"));
  CHECK(cursor.take(0) == bytes(""));
  CHECK(cursor.take(2) == bytes("et"));
  CHECK(cursor.take(2) == bytes("wo"));
}
