#include "driver/report/escape.h"

#include <doctest/doctest.h>

using normalize::escape;

TEST_CASE("an ordinary name is written as it is, in any script") {
  CHECK(escape("usr/share/a file (1).txt") == "usr/share/a file (1).txt");
  CHECK(escape("Grüße/日本/😀") == "Grüße/日本/😀");
}

TEST_CASE("what could forge a line or steer a terminal is escaped") {
  CHECK(escape("a\nb\tc\\d") == "a\\nb\\tc\\\\d");
  CHECK(escape("\x1b[2J\x7f") == "\\x1b[2J\\x7f");
  CHECK(escape("\xc2\x9b") == "\\xc2\\x9b");  // CSI as one C1 character
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one") {
  CHECK(escape("caf\xe9") == "caf\\xe9");
  CHECK(escape("\xc0\xaf") == "\\xc0\\xaf");           // overlong '/'
  CHECK(escape("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(escape("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
  CHECK(escape("\xe2\x82") == "\\xe2\\x82");  // cut short
}
