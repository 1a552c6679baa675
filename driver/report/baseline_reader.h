#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// A finding as a baseline names it.
struct KnownFinding {
  std::string path;  // with the member: "a.jar!b.gz"; raw bytes
  std::string format, field;
  auto operator<=>(const KnownFinding&) const = default;
};

/// The findings that one line of JSON names: itself where it has a field, or those of a file's line
/// of `check --format=jsonl`. Throws FormatError where the line is neither, nor that report's
/// summary.
std::vector<KnownFinding> read_known_findings(std::string_view line);

}  // namespace normalize
