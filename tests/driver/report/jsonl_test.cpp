#include "driver/report/jsonl.h"

#include <doctest/doctest.h>

#include "driver/report/json.h"
#include "tests/driver/report/reports.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using Outcome = FileReport::Outcome;

namespace {

std::string as_member(std::string_view value) {
  std::string out;
  JsonWriter json(out);
  json.text("k", value);
  return out;
}

/// The line of the only file.
std::string line(FileReport file) {
  const std::string text = written(write_jsonl, report_of(std::move(file)), {.command = "apply"});
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("a text is escaped as RFC 8259 asks, and for terminals") {
  CHECK(as_member("plain é €") == R"("k":"plain é €")");
  CHECK(as_member("\"\\/") == R"("k":"\"\\/")");
  CHECK(as_member("\n\t\r\x01\x1f") == R"("k":"\n\t\u000d\u0001\u001f")");
  CHECK(as_member("\x7f\xc2\x9b") == R"("k":"\u007f\u009b")");
  CHECK(as_member(std::string_view("\0", 1)) == R"("k":"\u0000")");
}

TEST_CASE("a text that is not UTF-8 is told a second time, byte for byte") {
  CHECK(as_member("caf\xe9") == R"("k":"caf\ufffd","k_base64":"Y2Fm6Q==")");
  CHECK(as_member("\xff") == R"("k":"\ufffd","k_base64":"/w==")");
  CHECK(as_member("\xff\xfe\xfd") == R"("k":"\ufffd\ufffd\ufffd","k_base64":"//79")");
  CHECK(as_member("\xed\xa0\x80!") == R"("k":"\ufffd\ufffd\ufffd!","k_base64":"7aCAIQ==")");
}

TEST_CASE("a changed file is a line with all its findings") {
  FileReport file = changed_jar();
  file.journal.findings = {file.journal.findings[1], file.journal.findings[2]};
  CHECK(line(file) ==
        R"({"type":"file","path":"a.jar","outcome":"changed","format":"zip","findings":[)"
        R"({"path":"a.jar!c.gz","format":"zip","field":"DOS time","before":"2025","after":"2024"},)"
        R"({"path":"a.jar!c.gz","format":"gzip","field":"MTIME","before":"1800000000","after":"0",)"
        R"("hint":"gzip -n"}]})");
}

TEST_CASE("a finding that only follows says so") {
  static constexpr Field kSum = Field::following("md5sums");
  FileReport file = file_report("a.deb", Outcome::changed, "deb");
  file.journal.findings = {{"", "deb", &kSum, "1", "2"}};
  CHECK(line(file).find(R"("field":"md5sums","before":"1","after":"2","follows":true}])") !=
        std::string::npos);
}

TEST_CASE("remarks, errors and times on disk have keys of their own") {
  FileReport file = file_report("d", Outcome::failed, "zip");
  file.journal.remarks = {{Remark::Kind::damaged, "m", "bad", "line\n"},
                          {Remark::Kind::note, "", "odd"}};
  file.error = "cannot replace: No space left on device";
  file.time = DiskChange{&kOrder, "2", "1"};
  file.link = DiskChange{&kOrder, "", "c"};
  CHECK(
      line(file) ==
      R"({"type":"file","path":"d","outcome":"failed","format":"zip","remarks":[)"
      R"({"kind":"damaged","path":"d!m","text":"bad","detail":"line\n"},{"kind":"note","path":"d","text":"odd"}],)"
      R"("error":"cannot replace: No space left on device",)"
      R"("time":{"format":"disk","field":"order","before":"2","after":"1"},)"
      R"("link":{"format":"disk","field":"order","before":"","after":"c"}})");
}

TEST_CASE("the last line is the summary") {
  RunReport report;
  report.summary = {.files = 1,
                    .folders = 2,
                    .others = 3,
                    .claimed = 4,
                    .changed = 5,
                    .damaged = 6,
                    .failed = 7,
                    .times_changed = 8,
                    .linked = 10,
                    .bytes_saved = 11,
                    .leftovers_removed = 9,
                    .known = 12};
  CHECK(
      written(write_jsonl, report, {"check", 1704164645, 1}) ==
      R"({"type":"summary","command":"check","version":"0.1.0","canon":1,"epoch":1704164645,)"
      R"("files":1,"folders":2,"others":3,"claimed":4,"changed":5,"damaged":6,"failed":7,)"
      R"("times_changed":8,"linked":10,"bytes_saved":11,"known":12,"leftovers_removed":9,"exit_status":1})"
      "\n");
  CHECK(written(write_jsonl, {}, {"apply", std::nullopt, 0}).find(R"("epoch":null)") !=
        std::string::npos);
}

TEST_CASE("another reader of JSON gets every byte of every name back") {
  if (!have_tool("/usr/bin/python3")) return;
  std::string every_byte;
  for (int byte = 1; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  FileReport file = file_report(every_byte, Outcome::changed, "zip");
  file.journal.findings = {{"é", "zip", &kOrder, std::string(1, '\0') + "\x80", "x"}};
  const TempTree tree;
  tree.file("report", written(write_jsonl, report_of(file), {.command = "apply"}));
  tree.file("check.py",
            "import base64, json, sys\n"
            "file, summary = [json.loads(l) for l in open(sys.argv[1], 'rb').read().splitlines()]\n"
            "raw = lambda o, k: base64.b64decode(o[k + '_base64'])\n"
            "assert raw(file, 'path') == bytes(range(1, 256))\n"
            "finding = file['findings'][0]\n"
            "assert raw(finding, 'path') == bytes(range(1, 256)) + '!é'.encode()\n"
            "assert raw(finding, 'before') == b'\\0\\x80' and finding['after'] == 'x'\n"
            "assert 'after_base64' not in finding and summary['type'] == 'summary'\n");
  const CommandResult result =
      run_command("/usr/bin/python3 " + shell_word((tree / "check.py").string()) + " " +
                  shell_word((tree / "report").string()));
  CHECK_MESSAGE(result.status == 0, result.output);
}

TEST_CASE("a hundred thousand findings are told in linear time") {
  FileReport file = file_report("a.zip", Outcome::changed, "zip");
  for (int i = 0; i < 100'000; ++i)
    file.journal.findings.push_back({"m" + std::to_string(i), "zip", &kDosTime, "2026", "2024"});
  const std::string text = line(file);
  CHECK(text.size() > 7'000'000);
  CHECK(text.ends_with(R"("path":"a.zip!m99999","format":"zip","field":"DOS time",)"
                       R"("before":"2026","after":"2024"}]})"));
}
