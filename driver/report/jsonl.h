#pragma once

#include "driver/report/output.h"
#include "driver/report/report.h"

namespace normalize {

/// The report for programs: JSON Lines, an object a file, in the order of paths, then one of type
/// "summary". Tells everything, in full.
///
///   {"type":"file","path":"a.jar","outcome":"changed","format":"zip",
///    "findings":[{"path":"a.jar!b.gz","format":"gzip","field":"MTIME","before":"...","after":"...",
///                 "hint":"gzip -n"}],
///    "remarks":[{"kind":"note","path":"a.jar!c.gz","text":"...",
///                "detail":"..."}],
///    "error":"cannot replace: ...",
///    "time":{"field":"mtime","before":"...","after":"..."},
///    "link":{"field":"hard link","before":"","after":"the first name"}}
///
/// (on one line). A finding of a field that only follows what it covers, as a sum does, has
/// "follows":true. Where a key has nothing to tell, it is left out. Texts are UTF-8; how others are
/// told, JsonWriter says.
void write_jsonl(const RunReport& report, const RunFacts& facts, Output& out);

}  // namespace normalize
