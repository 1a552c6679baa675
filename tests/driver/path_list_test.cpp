#include "driver/path_list.h"

#include <doctest/doctest.h>

#include <system_error>

#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

std::vector<std::string> read(std::string_view text, bool nul_separated) {
  const TempTree tree;
  return read_path_list({tree.file("list", text).string(), nul_separated});
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("a list names a path a line; empty lines and the last end are nothing") {
  CHECK(read("b\n\n a \r\n-x\n", false) == Paths{"b", " a \r", "-x"});
  CHECK(read("last without end", false) == Paths{"last without end"});
  CHECK(read("", false).empty());
  CHECK(read("\n\n", false).empty());
}

TEST_CASE("a list with NULs takes newlines for a part of the name") {
  CHECK(read("a\nb\0\0\xff\0"sv, true) == Paths{"a\nb", "\xff"});
}

TEST_CASE("no list is no paths, and a missing one is an error") {
  CHECK(read_path_list({}).empty());
  CHECK_THROWS_AS(read_path_list({"/nonexistent/list"}), std::system_error);
}
