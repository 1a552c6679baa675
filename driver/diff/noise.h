#pragma once

#include "driver/diff/result.h"

namespace normalize::diff {

/// What was said while a file was normalized under its own path. `name` stands for the file in what
/// is told: of the two that are compared it is the same.
struct Said {
  const Journal& journal;
  std::string path;
  std::string name;

  /// A member as a comparison has it: the payload of "b/x.tgz" is "x.tar" whatever folder or name
  /// it has.
  std::string member(std::string_view member) const;
};

/// The fields whose values differ between two files, by what normalizing has found in each; in the
/// order of members, formats and names. Noise that both have alike is not among them. That data was
/// packed again is told where nothing else tells why.
std::vector<NoisyField> noisy_fields(const Said& a, const Said& b);

}  // namespace normalize::diff
