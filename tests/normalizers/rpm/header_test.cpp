#include "normalizers/rpm/header.h"

#include <doctest/doctest.h>

#include "normalizers/bytes/writer.h"

using namespace normalize;
using namespace std::string_literals;
using namespace std::string_view_literals;
namespace tag = normalize::rpm::tag;

namespace {

struct IndexEntry {
  std::uint32_t tag, type, offset, count;
};

/// A header as it stands in a file.
Bytes header_bytes(const std::vector<IndexEntry>& index, std::string_view store) {
  Writer out;
  out.text(std::string_view("\x8e\xad\xe8\x01\0\0\0\0", 8));
  out.big_endian(static_cast<std::uint32_t>(index.size()));
  out.big_endian(static_cast<std::uint32_t>(store.size()));
  for (const IndexEntry& entry : index)
    for (const std::uint32_t field : {entry.tag, entry.type, entry.offset, entry.count})
      out.big_endian(field);
  out.text(store);
  return out.written_since(0);
}

rpm::Header read_header(const Bytes& file) {
  Reader in(file);
  return rpm::Header::read(in, tag::kHeaderImmutable);
}

}  // namespace

TEST_CASE("a header is written as it was read, with its region's trailer") {
  // A region of three entries, then one that was added behind it.
  const auto trailer = "\0\0\0\x3f\0\0\0\x07\xff\xff\xff\xd0\0\0\0\x10"sv;
  const std::string store = "name\0\0\0\0\0\0\0\7"s.append(trailer).append("late\0"sv);
  const Bytes file =
      header_bytes({{63, 7, 12, 16}, {1000, 6, 0, 1}, {1009, 4, 8, 1}, {9000, 6, 28, 1}}, store);
  rpm::Header header = read_header(file);
  CHECK(header.laid_out());
  CHECK(header.write() == file);
  CHECK(header.string(1000) == "name");
  CHECK(header.number(1009) == 7);
  CHECK(header.region() == header_bytes({{63, 7, 12, 16}, {1000, 6, 0, 1}, {1009, 4, 8, 1}},
                                        std::string_view(store).substr(0, 28)));
  header.set_strings(1000, {"longer name"});
  header.remove(1009);
  const auto shorter = "\0\0\0\x3f\0\0\0\x07\xff\xff\xff\xe0\0\0\0\x10"sv;
  CHECK(header.write() == header_bytes({{63, 7, 12, 16}, {1000, 6, 0, 1}, {9000, 6, 28, 1}},
                                       "longer name\0"s.append(shorter).append("late\0"sv)));
}

TEST_CASE(
    "a header that lies about itself is refused, one that is laid out otherwise is not rewritten") {
  const std::vector<std::pair<std::vector<IndexEntry>, std::string_view>> lies = {
      {{{1000, 6, 5, 1}}, "name\0"sv},  // an offset behind the store
      {{{1000, 6, 0xffff'ffff, 1}}, "name\0"sv},
      {{{1000, 6, 0, 1}}, "name"sv},              // no NUL
      {{{1000, 8, 0, 0xffff'ffff}}, "a\0b\0"sv},  // more strings than bytes
      {{{1000, 5, 0, 0x4000'0000}}, "12345678"sv},
      {{{1000, 6, 0, 2}}, "a\0b\0"sv},
      {{{1000, 4, 0, 0}}, "1234"sv},
      {{{1000, 10, 0, 1}}, "1234"sv},
      {{{1000, 7, 0, 4}, {1001, 7, 0, 4}}, "1234"sv},  // overlapping
      {{{63, 7, 0, 16}}, "\0\0\0\x3f\0\0\0\x07\xff\xff\xff\xe0\0\0\0\x10"sv},
      {{{63, 7, 0, 16}}, "\0\0\0\x3f\0\0\0\x07\0\0\0\0\0\0\0\x10"sv},
      {{{63, 7, 0, 16}}, "\0\0\0\x40\0\0\0\x07\xff\xff\xff\xf0\0\0\0\x10"sv}};
  for (const auto& [index, store] : lies) {
    CAPTURE(index[0].offset);
    CAPTURE(index[0].type);
    CHECK_THROWS_AS(read_header(header_bytes(index, store)), FormatError);
  }
  CHECK_THROWS_AS(read_header(Bytes(12)), FormatError);
  CHECK_FALSE(read_header(header_bytes({{1000, 7, 2, 2}}, "1234")).laid_out());  // a gap
  CHECK_FALSE(read_header(header_bytes({{1000, 7, 0, 2}}, "1234")).laid_out());
  CHECK_FALSE(read_header(header_bytes({{5, 7, 0, 2}, {5, 7, 2, 2}}, "1234")).laid_out());
  CHECK(read_header(header_bytes({{5, 7, 2, 2}, {6, 7, 0, 2}}, "1234")).laid_out());
}
