#include "rules/owners.h"

#include <doctest/doctest.h>

using namespace normalize;

TEST_CASE("everything is root's and has no names") {
  const auto owners = Owners::root;
  CHECK(normal_owner(33, owners) == 0);
  CHECK(normal_owner_name("www-data", 33, owners) == "");
}

TEST_CASE("names stay where an installer goes by them") {
  const auto owners = Owners::names;
  CHECK(normal_owner(7, owners) == 0);
  CHECK(normal_owner_name("bin", 7, owners) == "bin");
}

TEST_CASE("the system's accounts stay and people become root") {
  const auto owners = Owners::system;
  CHECK(normal_owner(33, owners) == 33);
  CHECK(normal_owner_name("www-data", 33, owners) == "www-data");
  CHECK(normal_owner(1000, owners) == 0);
  CHECK(normal_owner_name("builder", 1000, owners) == "root");
  CHECK(normal_owner_name("", 1000, owners) == "root");
  CHECK(normal_owner_name("", 0, owners) == "root");
  CHECK(normal_owner_name("wheel", 0, owners) == "wheel");
  CHECK(normal_owner(59'999, owners) == 0);
  CHECK(normal_owner(65'534, owners) == 65'534);
}

TEST_CASE("whoever asks for it keeps every owner") {
  const auto owners = Owners::keep;
  CHECK(normal_owner(1000, owners) == 1000);
  CHECK(normal_owner_name("builder", 1000, owners) == "builder");
}
