#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "driver/report/baseline_reader.h"
#include "driver/report/report.h"

namespace normalize {

/// Findings that are known, and no reason for a check to fail. One is known by its place (the path
/// as given on the command line, and the member), format and field: values change with every build.
///
/// As a file: JSON Lines with {"path":"a.jar!b.gz","format":"gzip","field":"MTIME"}, sorted, or the
/// report of `check --format=jsonl`, whose other keys are passed over.
class Baseline {
 public:
  /// The findings of a run.
  explicit Baseline(const RunReport& report);
  /// Reads a file's text. Throws UsageError, which names `file` and the line, where it is no
  /// baseline.
  Baseline(std::string_view text, const std::string& file);

  /// The file.
  std::string text() const;

  /// Takes what is known out of the report, and counts it in the summary, whose other numbers go on
  /// to say what `apply` would do.
  void accept(RunReport& report);
  /// What accept() has not met, "a.jar!b.gz: gzip MTIME"; in order, raw bytes.
  std::vector<std::string> unmet() const;

 private:
  bool knows(const FileReport& file, const Finding& finding);
  void accept(FileReport& file);

  std::map<KnownFinding, bool> known_;  // whether it was met
};

}  // namespace normalize
