#include "driver/report/causes.h"

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

}  // namespace normalize
