#include "rules/mode.h"

#include <doctest/doctest.h>

using namespace normalize;

TEST_CASE("safe drops what a umask writes, and nothing of a symbolic link's mode") {
  const Rules safe;
  CHECK(normal_mode(0100666, safe) == 0100644);
  CHECK(normal_mode(0120777, safe) == 0120777);
}

TEST_CASE("strict knows two modes for files and one for folders") {
  Rules strict;
  strict.profile = Profile::strict;
  CHECK(normal_mode(0100600, strict) == 0100644);
  CHECK(normal_mode(0100700, strict) == 0100755);
  CHECK(normal_mode(0040700, strict) == 0040755);
  CHECK(normal_mode(0120755, strict) == 0120777);
}

TEST_CASE("a mode that no umask made stays: /tmp, /dev/null, a program with its owner's rights") {
  Rules safe, strict;
  strict.profile = Profile::strict;
  for (const Rules& rules : {safe, strict})
    for (const std::uint32_t mode : {0041777U, 0020666U, 0060660U, 0104775U})
      CHECK(normal_mode(mode, rules) == mode);
}

TEST_CASE("a mode is spelt in octal with its type") { CHECK(mode_text(0100644) == "0100644"); }
