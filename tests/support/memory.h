#pragma once

#include <iostream>

namespace normalize::test {

/// Whether the memory of a run is what the program takes: a sanitizer's own is many times that.
/// Says "skipped" where it is not.
inline bool have_own_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  std::cout << "skipped: a sanitizer takes memory of its own\n";
  return false;
#else
  return true;
#endif
}

}  // namespace normalize::test
