#pragma once

#include <string>

#include "driver/report/output.h"
#include "driver/report/report.h"

namespace normalize {

struct TextStyle {
  /// What would change, instead of what has changed.
  bool check = false;
  /// A line for each finding, in the order of paths.
  bool every_finding = false;
  bool color = false;
};

/// The report for people: of a check the causes, those with most findings first, each with the
/// first places where it was met; of others a line for each file that changed; or a line for each
/// finding. Then one line of numbers.
void write_text(const RunReport& report, const TextStyle& style, Output& out);

/// The same to standard output. Throws std::system_error.
void print_text(const RunReport& report, const TextStyle& style);

/// What the report has to say of one file, a line or more; nothing where nothing changed.
std::string file_text(const FileReport& file, const TextStyle& style);

/// The line of numbers, without its end: "3 files, 1 recognized: nothing to change".
std::string summary_line(const Summary& summary, bool check);

struct DiagnosticStyle {
  /// What was left alone, and not what went wrong alone.
  bool notes = false;
  /// Each remark's detail behind it, indented.
  bool details = false;
  bool color = false;
};

/// What went wrong or was left alone, for standard error: "normalize: warning: ...", a line each.
std::string text_diagnostics(const RunReport& report, const DiagnosticStyle& style);

/// One such line: "normalize: warning: `text`". The text is escaped.
std::string diagnostic(Remark::Kind kind, std::string_view text, bool color);

}  // namespace normalize
