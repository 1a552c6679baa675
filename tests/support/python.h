#pragma once

#include <string>
#include <vector>

#include "driver/python/helper.h"

/// What tests of normalize-python share.
namespace normalize::test {

/// Whether normalize-python was built. Says "skipped" where it was not.
bool have_python_helper();
/// The one built with these tests, with `patience` and `memory_bytes`.
HelperOptions python_options(std::chrono::milliseconds patience = std::chrono::seconds(60),
                             std::uint64_t memory_bytes = std::uint64_t{1} << 30);

/// `options`, of a launcher in a process of its own where these tests run by one: ctest runs them
/// both ways (NORMALIZE_TEST_LAUNCHER).
HelperOptions as_launched(HelperOptions options);

/// The command line's Python of the same version, as a word of sh(1).
std::string python_command();

/// The text of the ServiceError that `ask` comes to; fails the test where it comes to none.
template <typename Ask>
std::string helper_error(const Ask& ask) {
  try {
    ask();
  } catch (const ServiceError& error) {
    return error.what();
  }
  return "no error";
}

/// How many descriptors this process has open.
std::size_t open_descriptors();
/// Whether this process has a child, running or dead.
bool has_children();
/// The same of helpers: a launcher is a child that is none, and theirs are.
bool has_helpers();

}  // namespace normalize::test
