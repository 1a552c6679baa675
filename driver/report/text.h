#pragma once

#include <string>

#include "driver/report/report.h"

namespace normalize {

struct TextStyle {
  /// What would change, instead of what has changed; with every finding.
  bool check = false;
  bool every_finding = false;
  bool color = false;
};

/// The report for people: a line for each file that changed, or for each of its findings, in the
/// order of paths; then one line of numbers.
std::string text_report(const RunReport& report, const TextStyle& style);

/// The line of numbers, without its end: "3 files, 1 recognized: nothing to change".
std::string summary_line(const Summary& summary, bool check);

/// What went wrong or was left alone, for standard error: "normalize: warning: ...", a line each.
/// Without `notes`, what went wrong alone.
std::string text_diagnostics(const RunReport& report, bool notes, bool color);

/// One such line: "normalize: warning: `text`". The text is escaped.
std::string diagnostic(Remark::Kind kind, std::string_view text, bool color);

}  // namespace normalize
