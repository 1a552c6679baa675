#include "driver/report/causes.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace normalize {

std::size_t Causes::number_of(const Finding& finding) {
  const auto [at, is_new] =
      numbers_.try_emplace({finding.format, finding.field->name}, causes_.size());
  if (is_new) causes_.push_back({finding.format, finding.field});
  return at->second;
}

Causes causes_of(const RunReport& report) {
  Causes causes;
  std::vector<const FileReport*> last;  // that was counted for each cause
  for (const FileReport& file : report.files)
    for_each_finding(file, [&](const Finding& finding) {
      const std::size_t number = causes.number_of(finding);
      last.resize(causes.size());
      ++causes[number].findings;
      if (last[number] != &file) ++causes[number].files;
      last[number] = &file;
    });
  return causes;
}

std::vector<std::size_t> by_frequency(const Causes& causes) {
  std::vector<std::size_t> numbers(causes.size());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  std::ranges::sort(numbers, [&](std::size_t a, std::size_t b) {
    const auto rank = [&](const Cause& cause) {
      return std::tuple(cause.format == kDisk, cause.field->origin, ~cause.findings, cause.format,
                        cause.field->name);
    };
    return rank(causes[a]) < rank(causes[b]);
  });
  return numbers;
}

}  // namespace normalize
