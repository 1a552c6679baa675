#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

Bytes elc(std::string_view comments) {
  return bytes(";ELC\x17\0\0\0\n"s + std::string(comments) +
               "\n#@12 Say hello.\x1f\n(defalias 'hello #[nil \"x\" [x] 1 (#$ . 99)])\n" +
               ";;; from file stays in the body\n");
}

}  // namespace

TEST_CASE("elc header comments lose who, where and when, and keep their length") {
  const auto compiled = ";;; Compiled by me@host on Sat Nov 21 22:38:56 2026\n"s,
             from = ";;; from file /build/demo-1.0/hello.el\n"s,
             version = ";;; in Emacs version 24.3.1\n"s;
  const auto blank = [](std::string_view start, const std::string& line) {
    return std::string(start) + std::string(line.size() - start.size() - 1, ' ') + "\n";
  };
  const Bytes file = elc(compiled + from + version);
  const Outcome outcome = run(file);
  CHECK(outcome.bytes == elc(blank(";;; Compiled", compiled) + blank(";;;", from) + version));
  CHECK(outcome.found("compiled by"));
  CHECK(outcome.found("from file"));
  CHECK(normal(file, "f", Rules{}) == outcome.bytes);
}

TEST_CASE("the header that Emacs 25 and later write is normal") {
  const Bytes file = elc(";;; Compiled\n;;; in Emacs version 28.2\n;;; with all optimizations.\n");
  CHECK(run(file).outcome == Result::Outcome::already_normal);
}

TEST_CASE("an elc of comments alone, cut in the middle of one, is handled") {
  CHECK(normal(bytes(";ELC\x17\0\0\0\n;;; from file /a"sv)) ==
        bytes(";ELC\x17\0\0\0\n;;;             "sv));
}
