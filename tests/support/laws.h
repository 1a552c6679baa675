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

/// Which places of so many bytes to try: all of a few, else those at the start and the end, where
/// formats have their headers, and others at even steps between. All of any number with
/// NORMALIZE_SOAK.
std::vector<std::size_t> places_of(std::size_t count);

/// Normalizes hostile bytes: any answer will do that leaves damaged input as it was and says so,
/// and tells of every change.
Outcome survive(ByteView input, std::string_view name, const Rules& rules = rules_with_epoch());

}  // namespace normalize::test
