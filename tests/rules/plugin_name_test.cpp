#include "rules/plugin_name.h"

#include <doctest/doctest.h>

#include <string>

using namespace normalize;

TEST_CASE("a plugin's function is named by its module and itself") {
  const auto name = parse_plugin_name("sort_index:normal_2");
  REQUIRE(name);
  CHECK(name->module == "sort_index");
  CHECK(name->function == "normal_2");
}

TEST_CASE("what could lead out of the folders of plugins is no name") {
  for (const char* text : {"", ":", "module", "module:", ":function", "a:b:c", "../a:b", "a/b:c",
                           "a.b:c", "a:b.c", "a :b", "a:b ", "1a:b", "a:1", "a\n:b", "ä:b"})
    CHECK_MESSAGE(!parse_plugin_name(text), text);
  CHECK(parse_plugin_name(std::string(100, 'a') + ":b"));
  CHECK_FALSE(parse_plugin_name(std::string(101, 'a') + ":b"));
}
