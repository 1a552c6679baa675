#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

int main(int argc, char** argv) {
  // As the program does. Without it every mktime() of glibc, which libarchive calls for every zip
  // entry, frees the zone's name, under a lock that the thread sanitizer cannot see.
  ::setenv("TZ", ":/etc/localtime", 0);
  return doctest::Context(argc, argv).run();
}
