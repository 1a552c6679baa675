#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/report/report.h"

namespace normalize {

/// What findings have in common: one field of one format, so one tool and one way to stop it.
struct Cause {
  std::string_view format;
  const Field* field;
  std::uint64_t findings = 0;
  std::uint64_t files = 0;
};

/// The causes met so far, numbered from 0 as they came.
class Causes {
 public:
  /// The number of the finding's cause, a new one where it is the first.
  std::size_t number_of(const Finding& finding);

  std::size_t size() const { return causes_.size(); }
  Cause& operator[](std::size_t number) { return causes_[number]; }
  const Cause& operator[](std::size_t number) const { return causes_[number]; }
  auto begin() const { return causes_.begin(); }
  auto end() const { return causes_.end(); }

 private:
  std::vector<Cause> causes_;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> numbers_;
};

/// Calls `take(finding)` for each finding of a file: those of its content, of its time on disk and
/// of its being a hard link.
template <typename Take>
void for_each_finding(const FileReport& file, const Take& take) {
  for (const Finding& finding : file.journal.findings) take(finding);
  if (file.time) take(file.time->finding());
  if (file.link) take(file.link->finding());
}

/// The causes of a run's findings, counted.
Causes causes_of(const RunReport& report);

/// The numbers of the causes in the order they are told: those with most findings first; behind
/// them what only follows, then what is on disk alone (times, links).
std::vector<std::size_t> by_frequency(const Causes& causes);

}  // namespace normalize
