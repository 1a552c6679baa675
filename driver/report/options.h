#pragma once

namespace normalize {

/// How a run is reported.
struct ReportOptions {
  enum class Format { text, jsonl, sarif, junit, github, html };
  enum class Color { automatic, always, never };
  Format format = Format::text;
  Color color = Color::automatic;
  /// Every finding, instead of one line a file; of the text alone.
  bool verbose = false;
  /// Warnings and errors alone; of the text alone.
  bool quiet = false;
};

}  // namespace normalize
