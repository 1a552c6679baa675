#include "driver/python/message.h"

#include <doctest/doctest.h>

#include "normalizers/error.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

const Message kMessage{Message::Kind::failure, {bytes("type"), {}, bytes("a\0b"sv)}};

}  // namespace

TEST_CASE("a message is its length, its kind and its fields behind their lengths") {
  CHECK(encode(kMessage) == bytes("\x14\0\0\0E\4\0\0\0type\0\0\0\0\3\0\0\0a\0b"sv));
}

TEST_CASE("messages come out as they went in, in runs of any length") {
  Bytes wire = encode(kMessage);
  const Bytes second = encode({Message::Kind::result, {}});
  wire.insert(wire.end(), second.begin(), second.end());
  for (std::size_t run = 1; run <= wire.size(); ++run) {
    CAPTURE(run);
    MessageAssembler assembler;
    std::vector<Message> messages;
    for (std::size_t at = 0; at < wire.size(); at += run) {
      assembler.feed(ByteView(wire).subspan(at, std::min(run, wire.size() - at)));
      while (auto message = assembler.next()) messages.push_back(std::move(*message));
    }
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].kind == Message::Kind::failure);
    CHECK(messages[0].fields == kMessage.fields);
    CHECK(messages[1].kind == Message::Kind::result);
    CHECK_FALSE(assembler.pending());
  }
}

TEST_CASE("lengths that cannot be are refused before anything is waited for") {
  const auto arrives = [](std::string_view wire) {
    MessageAssembler assembler;
    assembler.feed(as_bytes(wire));
    return assembler.next();
  };
  CHECK_THROWS_AS(arrives("\xff\xff\xff\xff"sv), FormatError);
  CHECK_THROWS_AS(arrives("\1\0\0\x10"sv), FormatError);
  CHECK_FALSE(arrives("\0\0\0\x10"sv));
  CHECK_THROWS_AS(arrives("\0\0\0\0"sv), FormatError);
  CHECK_THROWS_AS(arrives("\3\0\0\0R\0\0"sv), FormatError);
  CHECK_THROWS_AS(arrives("\5\0\0\0R\1\0\0\0"sv), FormatError);
  CHECK_THROWS_AS(encode({Message::Kind::result, {Bytes(kMaxMessageBytes)}}), std::length_error);
}
