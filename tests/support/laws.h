#pragma once

#include "tests/support/bytes.h"

/// What the laws of formats share.
namespace normalize::test {

/// A file of tests/data/<format>/.
struct Sample {
  std::string format;
  std::string name;
  Bytes bytes;
};

/// Every sample of every format, in the order of formats.def and of names.
std::vector<Sample> all_samples();

/// What the variable NORMALIZE_SOAK says: how much longer than usual to look; 0 where it is not
/// set.
unsigned soak_factor();

}  // namespace normalize::test
