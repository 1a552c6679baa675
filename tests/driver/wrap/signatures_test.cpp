#include "driver/wrap/signatures.h"

#include <doctest/doctest.h>

using namespace normalize;
using namespace normalize::wrap;

namespace {

FileReport told(std::string_view format, const std::string& member, const std::string& text) {
  FileReport report;
  report.path = "a.pkg";
  report.format = format;
  report.journal.remarks.push_back({Remark::Kind::note, member, text});
  return report;
}

}  // namespace

TEST_CASE("a file beside a package is its signature by its name") {
  CHECK(signed_package("d/a.rpm.sig") == "d/a.rpm");
  CHECK(signed_package("a.tar.gz.asc") == "a.tar.gz");
  CHECK(signed_package("a.tar.gz").empty());
}

TEST_CASE("a package is signed by itself or by the archive it packs, not by a member") {
  const std::string text = "rpm: signed (RSA); left as it was";
  CHECK(is_said_to_be_signed(told("rpm", "", text)));
  CHECK(is_said_to_be_signed(told("gzip", "a.tar", text)));
  CHECK_FALSE(is_said_to_be_signed(told("gzip", "a.tar!lib.jar", text)));
  CHECK_FALSE(is_said_to_be_signed(told("zip", "lib.jar", text)));
  CHECK_FALSE(is_said_to_be_signed(told("rpm", "", "rpm: left as it was")));
}

TEST_CASE("fields are named once, and those of signatures are not") {
  constexpr Field kSignature{"signature", ""}, kTime{"MTIME", ""}, kOwner{"uid", ""};
  FileReport report;
  report.journal.findings = {{"", "gzip", &kSignature, "x", ""},
                             {"", "gzip", &kTime, "1", "0"},
                             {"m", "tar", &kOwner, "1", "0"},
                             {"m", "gzip", &kTime, "2", "0"}};
  CHECK(fields_beside_signatures(report) == std::vector<std::string>{"MTIME", "uid"});
}
