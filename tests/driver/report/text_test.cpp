#include "driver/report/text.h"

#include <doctest/doctest.h>

#include "tests/driver/report/reports.h"

using namespace normalize;
using namespace normalize::test;
using Outcome = FileReport::Outcome;

namespace {

std::string text_of(const RunReport& report, const TextStyle& style) {
  return written(
      [&](const RunReport& run, const RunFacts&, Output& out) { write_text(run, style, out); },
      report, {});
}

/// The report without its last line.
std::string lines(const RunReport& report, const TextStyle& style = {}) {
  const std::string text = text_of(report, style);
  return text.substr(0, text.rfind('\n', text.size() - 2) + 1);
}

std::string summary(const Summary& numbers, bool check = false) {
  RunReport report;
  report.summary = numbers;
  return text_of(report, {.check = check});
}

}  // namespace

TEST_CASE("a changed file is one line with its fields, counted") {
  CHECK(lines(report_of(changed_jar())) ==
        "a.jar: zip: 4 fields (DOS time ×2, gzip MTIME, order)\n");
}

TEST_CASE("a check tells causes, the most frequent first, and where each was met") {
  RunReport report = report_of(changed_jar());
  FileReport gzip = file_report("b.gz", Outcome::changed, "gzip");
  gzip.journal.findings = {{"", "gzip", &kMtime, "2", "1"}, {"", "gzip", &kMtime, "3", "1"}};
  report.files.push_back(gzip);
  static constexpr Field kTime{"mtime", "install -p"};
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    report.files.push_back(file_report(name, Outcome::not_ours));
    report.files.back().time = DiskChange{&kTime, "2", "1"};
  }
  CHECK(lines(report, {.check = true}) ==
        "gzip MTIME: 3 findings in 2 files; stop it: gzip -n\n"
        "    a.jar!c.gz: 1800000000 → 0\n"
        "    b.gz: 2 → 1\n"
        "    b.gz: 3 → 1\n"
        "zip DOS time: 2 findings in 1 file\n"
        "    a.jar!b: 2026 → 2024\n"
        "    a.jar!c.gz: 2025 → 2024\n"
        "zip order: 1 finding in 1 file\n"
        "    a.jar: c.gz, b → b, c.gz\n"
        "disk mtime: 5 findings in 5 files; stop it: install -p\n"
        "    a: 2 → 1\n"
        "    b: 2 → 1\n"
        "    c: 2 → 1\n"
        "    … 2 more (-v)\n");
}

TEST_CASE("what only follows stands behind its causes, and there is nothing to stop") {
  static constexpr Field kSum = Field::following("md5sums");
  FileReport deb = file_report("a.deb", Outcome::changed, "deb");
  deb.journal.findings = {{"c", "deb", &kSum, "1", "2"},
                          {"d", "deb", &kSum, "3", "4"},
                          {"d", "gzip", &kMtime, "5", "6"}};
  CHECK(lines(report_of(deb), {.check = true}) ==
        "gzip MTIME: 1 finding in 1 file; stop it: gzip -n\n"
        "    a.deb!d: 5 → 6\n"
        "deb md5sums: 2 findings in 1 file; follows what it covers\n"
        "    a.deb!c: 1 → 2\n"
        "    a.deb!d: 3 → 4\n");
}

TEST_CASE("with -v each finding is a line, with the way to prevent it") {
  const std::string expected =
      "a.jar!b: zip: DOS time: 2026 → 2024\n"
      "a.jar!c.gz: zip: DOS time: 2025 → 2024\n"
      "a.jar!c.gz: gzip: MTIME: 1800000000 → 0 (gzip -n)\n"
      "a.jar: zip: order: c.gz, b → b, c.gz\n";
  CHECK(lines(report_of(changed_jar()), {.every_finding = true}) == expected);
  CHECK(lines(report_of(changed_jar()), {.check = true, .every_finding = true}) == expected);
}

TEST_CASE("times on disk are counted, and told one by one with -v") {
  FileReport file = file_report("tree", Outcome::not_ours);
  static constexpr Field kTime{"time on disk", ""};
  file.time = DiskChange{&kTime, "2026", "2024"};
  RunReport report = report_of(file);
  report.summary = {.files = 1, .times_changed = 1};
  CHECK(text_of(report, {}) == "1 file, 0 recognized: 1 time on disk changed\n");
  CHECK(lines(report).empty());
  CHECK(lines(report, {.every_finding = true}) == "tree: disk: time on disk: 2026 → 2024\n");
}

TEST_CASE("the last line counts") {
  CHECK(summary({.files = 3, .claimed = 1}) == "3 files, 1 recognized: nothing to change\n");
  CHECK(summary({.files = 9, .claimed = 8, .changed = 2, .damaged = 3, .failed = 4}) ==
        "9 files, 8 recognized: 2 changed, 3 damaged, 4 failed\n");
  CHECK(summary({.files = 9, .claimed = 8, .changed = 2, .times_changed = 5}, true) ==
        "9 files, 8 recognized: 2 would change, 5 times on disk would change\n");
  CHECK(summary({.files = 3, .linked = 2, .bytes_saved = 70}) ==
        "3 files, 0 recognized: 2 hard-linked (70 bytes less)\n");
  CHECK(summary({.files = 3, .linked = 1, .bytes_saved = 1}, true) ==
        "3 files, 0 recognized: 1 would be hard-linked (1 byte less)\n");
  CHECK(summary({.leftovers_removed = 1}) ==
        "0 files, 0 recognized: nothing to change, 1 leftover of interrupted runs removed\n");
}

TEST_CASE("trouble is told with what became of the file") {
  FileReport damaged = file_report("app.zip", Outcome::changed, "zip");
  damaged.journal.remarks = {
      {Remark::Kind::damaged, "lib/core.gz",
       "gzip: header CRC needs 2 bytes, 1 are left (at 0x1b); left as it was"},
      {Remark::Kind::note, "", "zip: signed; left as it was"},
      {Remark::Kind::failed, "", "zip: the normal form holds no \"x\"; left as it was"}};
  FileReport failed = file_report("app.jar", Outcome::failed, "zip");
  failed.error = "cannot replace: No space left on device";
  RunReport report = report_of(damaged);
  report.files.push_back(failed);
  const std::string warning =
      "normalize: warning: app.zip!lib/core.gz: gzip: header CRC needs 2 bytes, 1 are left (at "
      "0x1b); left as it was\n";
  const std::string note = "normalize: note: app.zip: zip: signed; left as it was\n";
  const std::string errors =
      "normalize: error: app.zip: zip: the normal form holds no \"x\"; left as it was\n"
      "normalize: error: app.jar: cannot replace: No space left on device; left as it was\n";
  CHECK(text_diagnostics(report, {.notes = true}) == warning + note + errors);
  CHECK(text_diagnostics(report, {}) == warning + errors);
}

TEST_CASE("no name, value or problem can forge a line or steer a terminal") {
  FileReport file = file_report("a\nb\x1b[2J", Outcome::changed, "zip");
  file.journal.findings = {{"m\r", "zip", &kOrder, "x\ny", "\xff"}};
  file.journal.remarks = {{Remark::Kind::note, "\x7f", "no \"\n\""}};
  file.error = "\x1b";
  const RunReport report = report_of(file);
  CHECK(lines(report, {.every_finding = true}) ==
        "a\\nb\\x1b[2J!m\\x0d: zip: order: x\\ny → \\xff\n");
  CHECK(lines(report, {.check = true}) ==
        "zip order: 1 finding in 1 file\n    a\\nb\\x1b[2J!m\\x0d: x\\ny → \\xff\n");
  CHECK(lines(report) == "a\\nb\\x1b[2J: zip: 1 field (order)\n");
  CHECK(text_diagnostics(report, {.notes = true}) ==
        "normalize: note: a\\nb\\x1b[2J!\\x7f: no \"\\n\"\n"
        "normalize: error: a\\nb\\x1b[2J: \\x1b; left as it was\n");
}

TEST_CASE("details stand indented behind their remark, where somebody asks") {
  FileReport file = file_report("a", Outcome::damaged, "");
  file.journal.remarks = {{Remark::Kind::damaged, "", "odd", "Traceback:\n  \x1b[2J\nnormalize: x"},
                          {Remark::Kind::note, "", "plain"}};
  const std::string remark = "normalize: warning: a: odd\n", note = "normalize: note: a: plain\n";
  CHECK(text_diagnostics(report_of(file), {.notes = true}) == remark + note);
  CHECK(text_diagnostics(report_of(file), {.notes = true, .details = true}) ==
        remark + "  Traceback:\n    \\x1b[2J\n  normalize: x\n" + note);
}

TEST_CASE("a long value is cut between characters, an empty one is named") {
  FileReport file = file_report("a", Outcome::changed, "gzip");
  std::string value = "x";
  for (int i = 0; i < 100; ++i) value += "é";
  file.journal.findings = {{"", "gzip", &kOrder, value, ""}};
  const std::string line = lines(report_of(file), {.every_finding = true});
  CHECK(line == "a: gzip: order: " + value.substr(0, 159) + "… → (none)\n");
}

TEST_CASE("color is for labels and names, and only where it is asked for") {
  CHECK(diagnostic(Remark::Kind::failed, "x", true) == "normalize: \x1b[1;31merror:\x1b[0m x\n");
  CHECK(diagnostic(Remark::Kind::damaged, "x", false) == "normalize: warning: x\n");
  const std::string colored = lines(report_of(changed_jar()), {.color = true});
  CHECK(colored.starts_with("\x1b[1ma.jar\x1b[0m: zip"));
}
