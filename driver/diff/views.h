#pragma once

#include <cstdint>
#include <optional>

#include "driver/diff/result.h"
#include "driver/report/output.h"

/// A comparison as people and programs want to have it. Each writes all of it to `out`.
namespace normalize::diff {

struct TextView {
  bool every_field = false;  // each value of noise, and each time on disk that was counted
  bool color = false;
};
/// A tree of what is not equal, then one line of numbers.
void write_text(const Comparison& comparison, const TextView& view, Output& out);

/// "500 of 50000 names are different; 3 equal once normalized"
std::string summary_line(const Comparison& comparison);

struct Facts {
  std::optional<std::int64_t> epoch;
  int exit_status = 0;
};
/// JSON Lines: an object a node that is not equal, in the order of the tree, with its path joined
/// by
/// '!' to the containers it is in; then one of type "summary".
///
///   {"type":"diff","path":"a.deb!data.tar.xz!data.tar!./x","verdict":"different","kind":"text",
///    "properties":[{"name":"mode","a":"0644","b":"0755"}],
///    "noise":[{"path":"x.gz","format":"gzip","field":"MTIME","count":1,"a":"...","b":"...",
///              "hint":"gzip -n"}],
///    "remarks":["..."],"diff":"@@ -1 +1 @@\n..."}
///
/// (on one line). Where a key has nothing to tell, it is left out.
void write_jsonl(const Comparison& comparison, const Facts& facts, Output& out);

/// The JSON of diffoscope, version 1, as `diffoscope --load-existing-diff` reads it.
void write_diffoscope(const Comparison& comparison, Output& out);

/// One page for a browser.
void write_html(const Comparison& comparison, const Facts& facts, Output& out);

/// What a node says of its noise: "gzip: MTIME (gzip -n)"; every value where `every_field`.
std::vector<std::string> noise_lines(const Node& node, bool every_field);
/// "mode: 0644 → 0755"
std::string property_line(const PropertyDifference& property);

}  // namespace normalize::diff
