#include "normalizers/findings.h"

#include <doctest/doctest.h>

#include "tests/driver/report/reports.h"

using namespace normalize;
using namespace normalize::test;

namespace {

std::string told(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text.append(finding.member).append(" ").append(finding.format).append(" ");
    text.append(finding.field->name).append(" ");
    text.append(finding.before).append(" ").append(finding.after).append("\n");
  }
  return text;
}

Finding numbered(const std::string& name, const std::string& value) {
  return {name, "zip", &kDosTime, value, "0"};
}

}  // namespace

TEST_CASE("findings: what was told comes back, in its order") {
  const Findings findings = {{"a", "zip", &kDosTime, "2", "1"},
                             {"a", "gzip", &kMtime, "", "1"},
                             {"b!c", "zip", &kDosTime, "3", ""},
                             {"a", "", &kOrder, "x", "y"}};
  CHECK(findings.size() == 4);
  CHECK(findings.front().after == "1");
  CHECK(told(findings) ==
        "a zip DOS time 2 1\na gzip MTIME  1\nb!c zip DOS time 3 \na  order x y\n");
}

TEST_CASE("findings: any number of the last can be taken back, and others told instead") {
  for (std::size_t kept = 0; kept <= 5; ++kept) {
    CAPTURE(kept);
    Findings findings, fewer;
    for (std::size_t i = 0; i < 5; ++i) {
      const std::string name(i / 2 + 1, 'm'), value(i * 100, 'v');  // some share a name
      findings.push_back(numbered(name, value));
      if (i < kept) fewer.push_back(numbered(name, value));
    }
    findings.shorten(kept);
    CHECK(told(findings) == told(fewer));
    findings.push_back(numbered("mm", "new"));
    fewer.push_back(numbered("mm", "new"));
    CHECK(told(findings) == told(fewer));
  }
}

TEST_CASE("findings: views stay good while more is told, and copies stand alone") {
  Findings findings;
  findings.push_back(numbered("first", std::string(100'000, 'x')));
  const Finding first = findings.front();
  for (int i = 0; i < 10'000; ++i)
    findings.push_back(numbered("m" + std::to_string(i), std::to_string(i)));
  CHECK(first.member == "first");
  CHECK(first.before == std::string(100'000, 'x'));
  Findings copy = findings;
  copy.push_back(numbered("last", "1"));
  findings.clear();
  CHECK(findings.empty());
  CHECK(copy.size() == 10'002);
  CHECK(copy[10'000].member == "m9999");
  CHECK(copy[10'001].member == "last");
}
