#include "driver/report/exit_status.h"

#include <doctest/doctest.h>

#include "tests/driver/report/reports.h"

using namespace normalize;
using namespace normalize::test;
using Outcome = FileReport::Outcome;

namespace {

constexpr bool kApply = false, kCheck = true, kLenient = false, kStrict = true;

FileReport remarked(Remark::Kind kind) {
  FileReport file = file_report("a", Outcome::already_normal, "zip");
  file.journal.remarks = {{kind, "member", "text"}};
  return file;
}

FileReport with_time() {
  FileReport file = file_report("a", Outcome::not_ours);
  file.time = DiskChange{&kOrder, "2", "1"};
  return file;
}

}  // namespace

TEST_CASE("a check finds content and times on disk; apply is done with them") {
  for (const FileReport& file : {changed_jar(), with_time()}) {
    CHECK(exit_status(report_of(file), kCheck, kLenient) == 1);
    CHECK(exit_status(report_of(file), kApply, kStrict) == 0);
  }
  CHECK(exit_status({}, kCheck, kStrict) == 0);
  CHECK(exit_status(report_of(remarked(Remark::Kind::note)), kCheck, kStrict) == 0);
}

TEST_CASE("damage is an error under --strict, a member's damage too") {
  for (const FileReport& file :
       {file_report("a", Outcome::damaged, "zip"), remarked(Remark::Kind::damaged)}) {
    CHECK(exit_status(report_of(file), kApply, kLenient) == 0);
    CHECK(exit_status(report_of(file), kApply, kStrict) == 3);
    CHECK(exit_status(report_of(file), kCheck, kStrict) == 3);
  }
}

TEST_CASE("a file that failed is an error, whatever else there is") {
  for (const FileReport& file :
       {file_report("a", Outcome::failed, "zip"), remarked(Remark::Kind::failed)}) {
    RunReport report = report_of(changed_jar());
    report.files.push_back(file_report("b", Outcome::damaged));
    report.files.push_back(file);
    CHECK(exit_status(report, kApply, kLenient) == 2);
    CHECK(exit_status(report, kCheck, kStrict) == 2);
  }
}
