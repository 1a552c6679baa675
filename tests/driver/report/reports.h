#pragma once

#include "driver/report/output.h"
#include "driver/report/report.h"

/// Reports made by hand, for tests of the views.
namespace normalize::test {

inline constexpr Field kMtime{"MTIME", "gzip -n"};
inline constexpr Field kDosTime{"DOS time", ""};
inline constexpr Field kOrder{"order", ""};

inline FileReport file_report(std::string path, FileReport::Outcome outcome,
                              std::string_view format = {}) {
  FileReport file;
  file.path = std::move(path);
  file.outcome = outcome;
  file.format = format;
  return file;
}

inline RunReport report_of(FileReport file) {
  RunReport report;
  report.files.push_back(std::move(file));
  return report;
}

/// What a view writes of a run.
template <typename Write>
std::string written(const Write& write, const RunReport& report, const RunFacts& facts) {
  std::string text;
  Output out([&](std::string_view piece) { text += piece; });
  write(report, facts, out);
  out.flush();
  return text;
}

/// A jar in which two times, the order, and a time of a member changed.
inline FileReport changed_jar() {
  FileReport file = file_report("a.jar", FileReport::Outcome::changed, "zip");
  file.journal.findings = {{"b", "zip", &kDosTime, "2026", "2024"},
                           {"c.gz", "zip", &kDosTime, "2025", "2024"},
                           {"c.gz", "gzip", &kMtime, "1800000000", "0"},
                           {"", "zip", &kOrder, "c.gz, b", "b, c.gz"}};
  return file;
}

}  // namespace normalize::test
