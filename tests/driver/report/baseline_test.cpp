#include "driver/report/baseline.h"

#include <doctest/doctest.h>

#include "driver/report/exit_status.h"
#include "driver/report/jsonl.h"
#include "driver/usage_error.h"
#include "tests/driver/report/reports.h"

using namespace normalize;
using namespace normalize::test;
using Outcome = FileReport::Outcome;

namespace {

constexpr Field kTime{"mtime", ""};

Baseline baseline(std::string_view text) { return Baseline(text, "known.jsonl"); }

RunReport accepted(RunReport report, Baseline known) {
  known.accept(report);
  return report;
}

int check_status(const RunReport& report) { return exit_status(report, true, true); }

/// Every kind of finding, with names that are hard to write down.
RunReport hostile_run() {
  RunReport report = report_of(changed_jar());
  for (const std::string name : {"caf\xe9", "new\nline", "<\"\\>", "\xe2\x80\xa8", "!"}) {
    FileReport& file = report.files.emplace_back(file_report(name, Outcome::changed, "gzip"));
    file.journal.findings = {{"", "gzip", &kMtime, "2", "1"}, {name, "gzip", &kMtime, "\xff", ""}};
    file.time = DiskChange{&kTime, "2", "1"};
    file.link = DiskChange{&kOrder, "", name};
  }
  return report;
}

std::string problem(std::string_view text) {
  try {
    baseline(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("what is known is no reason to fail, whatever its values are") {
  RunReport report = report_of(changed_jar());
  report.summary.changed = 1;
  REQUIRE(check_status(report) == ExitStatus::kFindings);
  FileReport another_day = changed_jar();
  another_day.journal.findings = {{"b", "zip", &kDosTime, "2031", "2024"},
                                  {"c.gz", "zip", &kDosTime, "2030", "2024"},
                                  {"c.gz", "gzip", &kMtime, "1", "0"},
                                  {"", "zip", &kOrder, "b", "c"}};
  const RunReport left = accepted(report, Baseline(report_of(another_day)));
  CHECK(left.files.empty());
  CHECK(left.summary.known == 4);
  CHECK(left.summary.changed == 1);  // it would be, all the same
  CHECK(check_status(left) == ExitStatus::kNormal);
}

TEST_CASE("another field, member, format or file is not known by that") {
  const RunReport left = accepted(report_of(changed_jar()), baseline(R"(
{"path":"a.jar!b","format":"zip","field":"order"}
{"path":"a.jar!c.gz","format":"gzip","field":"DOS time"}
{"path":"b.jar!b","format":"zip","field":"DOS time"}
{"path":"a.jar!c.gz","format":"gzip","field":"MTIME"}
)"));
  REQUIRE(left.files.size() == 1);
  CHECK(left.files.front().journal.findings.size() == 3);
  CHECK(left.summary.known == 1);
  CHECK(check_status(left) == ExitStatus::kFindings);
}

TEST_CASE("trouble is told, known findings or not") {
  RunReport report = report_of(changed_jar());
  report.files.front().journal.remarks = {{Remark::Kind::damaged, "m", "bad"}};
  const RunReport left = accepted(report, Baseline(report));
  CHECK(left.files.size() == 1);
  CHECK(check_status(left) == ExitStatus::kDamaged);
}

TEST_CASE("what a baseline knows and nobody meets is named") {
  Baseline known = baseline(
      "{\"path\":\"a.jar\",\"format\":\"zip\",\"field\":\"order\"}\n"
      "{\"path\":\"gone.gz\",\"format\":\"gzip\",\"field\":\"MTIME\"}");
  RunReport report = report_of(changed_jar());
  known.accept(report);
  CHECK(known.unmet() == std::vector<std::string>{"gone.gz: gzip MTIME"});
}

TEST_CASE("a baseline is sorted, tells each place once, and is read back whatever the names") {
  const RunReport report = hostile_run();
  const std::string text = Baseline(report).text();
  CHECK(text.starts_with(R"({"path":"!","format":"disk","field":"mtime"})"));
  CHECK(baseline(text).text() == text);
  CHECK(accepted(report, baseline(text)).files.empty());
}

TEST_CASE("the JSON Lines of a run are its baseline") {
  const RunReport report = hostile_run();
  const std::string lines = written(write_jsonl, report, {"check"});
  CHECK(baseline(lines).text() == Baseline(report).text());
}

TEST_CASE("what is no baseline is refused, with the line") {
  CHECK(problem("") == "");
  CHECK(problem("\n{]") == "--baseline: known.jsonl, line 2: JSON: no string where one has to be");
  CHECK(problem("a.jar: zip\n").starts_with("--baseline: known.jsonl, line 1: JSON: "));
  const std::string neither = "neither a finding nor a line of check --format=jsonl";
  for (const char* line : {"{}", R"({"path":"a"})", R"({"type":"format","name":"zip"})"})
    CHECK(problem(line) == "--baseline: known.jsonl, line 1: " + neither);
  CHECK(problem("17").ends_with("no object"));
  CHECK(problem(R"({"field":"MTIME"})").ends_with("a finding without a path"));
  CHECK(problem(R"({"path":"a","path_base64":"*","field":"x"})").ends_with("is no base64"));
}
