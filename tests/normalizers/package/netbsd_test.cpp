#include <doctest/doctest.h>

#include "tests/support/packages.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

Bytes package() { return read_file(data_folder() / "tar/netbsd.tar"); }

}  // namespace

TEST_CASE("NetBSD package: sums and sizes follow what changes in it") {
  const Outcome outcome = run(package(), "demo-1.0.tar");
  for (const auto field : {"@comment MD5", "size", "BUILD_DATE", "mtime", "mode"})
    CHECK_MESSAGE(outcome.found(field), field);
  if (!have_tool("python3") || !have_tool("bsdtar")) return;
  CHECK(listed_truly("netbsd", package()) == listed_truly("netbsd", outcome.bytes));
  const int size = std::stoi(member_text(outcome.bytes, "+SIZE_PKG"));
  CHECK(size == std::stoi(member_text(package(), "+SIZE_PKG")) - 7);  // "page.1", NUL
  CHECK(std::stoi(member_text(outcome.bytes, "+SIZE_ALL")) == size + 1000);
}

TEST_CASE("NetBSD package: +BUILD_INFO tells when, and where under strict alone not") {
  if (!have_tool("bsdtar")) return;
  const std::string safe = member_text(normal(package(), "demo-1.0.tar"), "+BUILD_INFO");
  CHECK(contains(safe, "\nBUILD_DATE=2024-01-02 03:04:05 +0000\n"));
  CHECK(contains(safe, "\nBUILD_HOST=NetBSD builder 10.0 amd64\n"));
  const std::string strict =
      member_text(normal(package(), "demo-1.0.tar", strict_rules()), "+BUILD_INFO");
  CHECK(contains(strict, "\nBUILD_HOST=\n"));
}

TEST_CASE("NetBSD package: people's accounts become root, those of the system stay") {
  const Bytes normal_form = normal(package(), "demo-1.0.tar");
  if (!have_tool("bsdtar")) return;
  const TempTree tree;
  const auto path = tree.file("p.tar", normal_form);
  const std::string list = run_command("bsdtar tvf " + shell_word(path.string())).output;
  CHECK(contains(list, "root   games"));
  CHECK_FALSE(contains(list, "builder"));
}

TEST_CASE("NetBSD package: a list that is not true is damaged and stays") {
  const Bytes tar = package();
  check_stays(with(tar, "#!/bin/sh", "#!/bin/ls"), "MD5 does not match \"bin/demo\"");
  check_stays(with(tar, "\nlib/demo.py\n", "\nlib/gone.py\n"), "listed and no file");
  check_stays(with(tar, "\nlib/demo.py\n@comment", "\nbin/hello\n\n\n@comment"),
              "listed and no file");
}

TEST_CASE("NetBSD package: a size that is none is damaged and stays") {
  Bytes tar = package();
  const std::size_t header = as_text(tar).find("+SIZE_PKG\0"sv);
  REQUIRE(header != std::string_view::npos);
  tar[header + 512] = std::byte{'x'};
  check_stays(tar, "+SIZE_PKG is no size");
}
