#include <doctest/doctest.h>

#include "rules/rules.h"

using namespace normalize;

TEST_CASE("a mapped prefix ends where a component of the path ends") {
  Rules rules;
  rules.path_map = {{"/build/pkg", ""}, {"/home/", "/src/"}, {"/build", "/b"}};
  CHECK(rules.mapped_path("/build/pkg/usr/m.py") == "/usr/m.py");
  CHECK(rules.mapped_path("/build/pkg") == "");
  CHECK(rules.mapped_path("/build/pkg2/m.py") == "/b/pkg2/m.py");
  CHECK(rules.mapped_path("/home/m.py") == "/src/m.py");
  CHECK(rules.mapped_path("/homes/m.py") == "/homes/m.py");
  CHECK(rules.mapped_path("m.py") == "m.py");
}

TEST_CASE("without a mapping a path stays, and an empty prefix maps nothing") {
  Rules rules;
  CHECK(rules.mapped_path("/build/m.py") == "/build/m.py");
  rules.path_map = {{"", "/x"}};
  CHECK(rules.mapped_path("/build/m.py") == "/build/m.py");
}
