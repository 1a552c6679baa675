#include "driver/report/html.h"

#include <doctest/doctest.h>

#include "driver/report/html/page.h"
#include "driver/report/run_html.h"
#include "tests/driver/report/reports.h"

using namespace normalize;
using namespace normalize::test;
using Outcome = FileReport::Outcome;

namespace {

/// What stands between the two halves of the frame.
std::string data_of(const std::string& page) {
  REQUIRE(page.starts_with(kPageBeforeData));
  REQUIRE(page.ends_with(kPageAfterData));
  return page.substr(kPageBeforeData.size(),
                     page.size() - kPageBeforeData.size() - kPageAfterData.size());
}

/// Records as they are written.
std::string array(std::initializer_list<std::string_view> records) {
  std::string text;
  for (const std::string_view record : records)
    text.append(text.empty() ? "[" : ",\n").append(record);
  return text + "]";
}

/// The records of a page that `fill` writes.
template <typename Fill>
std::string records(const Fill& fill) {
  std::string text;
  Output out([&](std::string_view piece) { text += piece; });
  HtmlReport page(out);
  fill(page);
  page.finish({});
  out.flush();
  const std::string between = data_of(text);
  const std::size_t start = between.find('['), end = between.find("</script>");
  return between.substr(start, end - start);
}

std::string run_records(FileReport file) {
  const std::string page = data_of(written(write_html, report_of(std::move(file)), {"check"}));
  return page.substr(page.find('['), page.find("]</script>") - page.find('[') + 1);
}

}  // namespace

TEST_CASE("nodes nest, and a cause is told before its first finding") {
  const std::string text = records([](HtmlReport& page) {
    page.enter({.name = "lib"});
    page.enter({"a.gz", "different", Tone::bad, "gzip"});
    page.finding({"", "gzip", &kMtime, "2", "1"});
    page.finding({"", "gzip", &kMtime, "3", "1"});
    page.remark(Tone::quiet, "odd");
    page.diff("@@ -1 +1 @@\n-a\n+b\n");
    page.leave();
    page.enter({.name = "b", .is_member = true});
    page.leave();
    page.leave();
  });
  CHECK(text ==
        array({R"(["n",0,"lib","","quiet","",0])", R"(["n",1,"a.gz","different","bad","gzip",0])",
               R"(["c","gzip","MTIME","gzip -n",0])", R"(["f",0,"2","1"])", R"(["f",0,"3","1"])",
               R"(["r","quiet","odd"])", R"(["d","@@ -1 +1 @@\n-a\n+b\n"])",
               R"(["n",1,"b","","quiet","",1])"}));
}

TEST_CASE("no name, value or line can end the element that holds the data") {
  const std::string evil = "</script><!--<script>\xe2\x80\xa8\xff";
  const std::string text = records([&](HtmlReport& page) {
    page.enter({evil, evil, Tone::bad, evil});
    page.finding({"", "gzip", &kMtime, evil, evil});
    page.remark(Tone::bad, evil);
    page.diff(evil);
    page.leave();
  });
  CHECK(text.find('<') == text.npos);
  CHECK(text.find("\xe2\x80\xa8") == text.npos);
  CHECK(text.find(R"("\u003c/script>\u003c!--\u003cscript>\u2028\\xff")") != text.npos);
}

TEST_CASE("the frame loads nothing, from no network and no file") {
  for (const std::string_view half : {kPageBeforeData, kPageAfterData})
    for (const std::string_view way : {"http:", "https:", "src=", "url(", "@import", "fetch("})
      CHECK_MESSAGE(half.find(way) == half.npos, way);
  CHECK(kPageBeforeData.find("default-src 'none'") != kPageBeforeData.npos);
}

TEST_CASE("a run's files stand below their folders, members below their files") {
  FileReport file = changed_jar();
  file.path = "out/lib/a.jar";
  file.journal.remarks = {{Remark::Kind::damaged, "c.gz!d", "bad"}};
  file.error = "no";
  CHECK(run_records(file) ==
        array({R"(["n",0,"out","","quiet","",0])", R"(["n",1,"lib","","quiet","",0])",
               R"(["n",2,"a.jar","would change","noise","zip",0])", R"(["r","bad","no"])",
               R"(["c","zip","order","",0])", R"(["f",0,"c.gz, b","b, c.gz"])",
               R"(["n",3,"b","","quiet","",1])", R"(["c","zip","DOS time","",0])",
               R"(["f",1,"2026","2024"])", R"(["n",3,"c.gz","","quiet","",1])",
               R"(["f",1,"2025","2024"])", R"(["c","gzip","MTIME","gzip -n",0])",
               R"(["f",2,"1800000000","0"])", R"(["n",4,"d","","quiet","",1])",
               R"(["r","bad","bad"])"}));
}

TEST_CASE("nothing stands between a folder and what is in it") {
  RunReport report;
  for (const char* path : {"/a", "/a-b", "/a/c"})  // as bytes, '-' is before '/'
    report.files.push_back(file_report(path, Outcome::changed, "zip"));
  const std::string text = data_of(written(write_html, report, {"apply"}));
  CHECK(
      text.find(array({R"(["n",0,"/","","quiet","",0])", R"(["n",1,"a","changed","noise","zip",0])",
                       R"(["n",2,"c","changed","noise","zip",0])",
                       R"(["n",1,"a-b","changed","noise","zip",0])"})) != text.npos);
}

TEST_CASE("the head tells the run") {
  RunReport report;
  report.summary = {.files = 3, .claimed = 1};
  const std::string text = data_of(written(write_html, report, {"check", 1704164645, 0}));
  CHECK(text.find(R"("title":"normalize check","summary":"3 files, 1 recognized: )"
                  R"(nothing to change","before":"is","after":"becomes","causes_first":true,)"
                  R"j("facts":[["epoch","1704164645 (2024-01-02T03:04:05Z)"],)j"
                  R"(["normalize","0.1.0"],["canon","1"]]})") != text.npos);
}
