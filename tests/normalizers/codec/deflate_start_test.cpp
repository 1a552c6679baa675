#include "normalizers/codec/deflate_start.h"

#include <doctest/doctest.h>

#include <string>

#include "normalizers/codec/deflate.h"

using namespace normalize;

namespace {

std::string start_of(std::string_view text, int level) {
  const Bytes stream = deflate(Content::view(as_bytes(text)), {level, 8}).to_bytes();
  return std::string(as_text(deflate_start(stream).view()));
}

}  // namespace

TEST_CASE("the first bytes come out of stored, fixed and dynamic blocks") {
  std::string varied = "first of ";
  for (int i = 0; i < 5000; ++i) varied += static_cast<char>(i * i % 251);
  for (const int level : {0, 1, 6, 9}) {
    CHECK(start_of("few words", level) == "few word");
    CHECK(start_of(varied, level) == "first of");
    CHECK(start_of("abc", level) == "abc");
    CHECK(start_of("", level).empty());
  }
}

TEST_CASE("a look ends where the stream repeats itself") {
  const std::string start = start_of("aaaaaaaaaaaaaaaaaaaaaaa", 6);
  CHECK(start.starts_with("a"));
  CHECK(start.size() < 3);
}

TEST_CASE("streams cut short or made of anything give a prefix of what they hold, or nothing") {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>('a' + i * i % 23);
  const Bytes stream = deflate(Content::view(as_bytes(text)), {9, 8}).to_bytes();
  for (std::size_t length = 0; length < stream.size(); ++length)
    CHECK(text.starts_with(as_text(deflate_start(ByteView(stream).first(length)).view())));
  std::uint32_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    Bytes noise(64);
    for (std::byte& byte : noise) {
      state = state * 1'664'525 + 1'013'904'223;
      byte = static_cast<std::byte>(state >> 24);
    }
    CHECK(deflate_start(noise).size <= DeflateStart::kMost);
  }
}
