// strip-nondeterminism's command line, given to our program under its name.

#include <doctest/doctest.h>

#include <iostream>

#include "tests/driver/compat/support.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

const Called& strip() {
  static const Called called("strip-nondeterminism");
  return called;
}

/// Files as a caller may name them, on a day after 2001.
struct Files : TempTree {
  const fs::path gz = file("a.gz", noisy_gzip("text")), other = file("b.gz", noisy_gzip("text")),
                 plain = file("plain", "text");
};

}  // namespace

TEST_CASE("files are normalized in silence, by link and by compat") {
  const Files files;
  const CommandResult by_link = strip()(files, "a.gz plain");
  CHECK(by_link.status == 0);
  CHECK(by_link.output.empty());
  CHECK(was_normalized(files.gz));
  const CommandResult by_command =
      run_normalize(files, "compat strip-nondeterminism --type gzip b.gz");
  CHECK(by_command.status == 0);
  CHECK(read_file(files.gz) == read_file(files.other));
}

TEST_CASE("-T replaces times, --clamp-timestamp lowers later ones, and neither strips them") {
  const Files files;
  const auto time_after = [&](const std::string& options) {
    files.file("t.gz", noisy_gzip("text", 1'500'000'000));
    CHECK(strip()(files, options + " t.gz", "SOURCE_DATE_EPOCH=1").status == 0);
    return gzip_time(files / "t.gz");
  };
  CHECK(time_after("") == 0);
  CHECK(time_after("-T 1600000000") == 1'600'000'000);
  CHECK(time_after("--timestamp=1400000000") == 1'400'000'000);
  CHECK(time_after("-T1600000000 --clamp-timestamp") == 1'500'000'000);
  CHECK(time_after("-T1400000000 --clamp") == 1'400'000'000);
  CHECK(time_after("-T1600000000 --clamp-timestamp --no-clamp-timestamp") == 1'600'000'000);
  CHECK(time_after("--timestamp 0") == 0);
}

TEST_CASE("a gzip file without a time gets none") {
  const Files files;
  files.file("n.gz", noisy_gzip("text", 0));
  CHECK(strip()(files, "-T 1600000000 n.gz").status == 0);
  CHECK(gzip_time(files / "n.gz") == 0);
}

TEST_CASE("times on disk stay, of changed files too") {
  const Files files;
  set_mtime_ns(files.gz, 1'700'000'000 * kSecond + 1);
  strip()(files, "-T 1500000000 a.gz plain");
  CHECK(was_normalized(files.gz));
  CHECK(mtime_ns(files.gz) == 1'700'000'000 * kSecond + 1);
}

TEST_CASE("normalizers are switched one by one or all at once") {
  const Files files;
  const CommandResult off = strip()(files, "-v --normalizers=-gzip a.gz");
  CHECK(off.status == 0);
  CHECK(has(off, "strip-nondeterminism: Disabling normalizer gzip\n"));
  CHECK(has(off, "Not normalizing a.gz (normalizer disabled)\n"));
  CHECK_FALSE(was_normalized(files.gz));
  strip()(files, "-n -all,+zip a.gz");
  CHECK_FALSE(was_normalized(files.gz));
  const CommandResult on = strip()(files, "-v -n -all,+gzip a.gz");
  CHECK(has(on, "strip-nondeterminism: Using normalizers: gzip\nNormalizing a.gz\n"));
  CHECK(was_normalized(files.gz));
}

TEST_CASE("ar is off as it is there, and on with +ar or --type=ar") {
  if (!have_tool("ar")) return;
  const Files files;
  REQUIRE(run_command("cd " + shell_word(files.string()) +
                      " && ar rcU l.a plain && cp l.a m.a && cp l.a k.a")
              .status == 0);
  strip()(files, "l.a");
  CHECK(read_file(files / "l.a") == read_file(files / "k.a"));
  strip()(files, "--normalizers +ar l.a");
  CHECK(read_file(files / "l.a") != read_file(files / "k.a"));
  strip()(files, "-t ar m.a");
  CHECK(read_file(files / "l.a") == read_file(files / "m.a"));
}

TEST_CASE("jar and zip are told apart by name, as they are there") {
  if (!have_tool("zip")) return;
  const Files files;
  REQUIRE(
      run_command("cd " + shell_word(files.string()) + " && zip -q a.zip plain && cp a.zip a.jar")
          .status == 0);
  const Bytes before = read_file(files / "a.jar");
  strip()(files, "--normalizers=-jar a.jar a.zip");
  CHECK(read_file(files / "a.jar") == before);
  CHECK(read_file(files / "a.zip") != before);
  CHECK(strip()(files, "-t zip a.jar").status == 0);
  CHECK(read_file(files / "a.jar") == read_file(files / "a.zip"));
}

TEST_CASE("folders and links are passed over; a type makes a link its file") {
  const Files files;
  fs::create_symlink("a.gz", files / "link.gz");
  CHECK(strip()(files, ". link.gz").status == 0);
  CHECK_FALSE(was_normalized(files.gz));
  CHECK(strip()(files, "-t gzip link.gz").status == 0);
  CHECK(was_normalized(files.gz));
  CHECK(fs::is_symlink(files / "link.gz"));
}

TEST_CASE("a missing file is exit 2, and the others are done all the same") {
  const Files files;
  const CommandResult result = strip()(files, "nowhere a.gz");
  CHECK(result.status == 2);
  CHECK(result.output == "nowhere: Does not exist\n");
  CHECK(was_normalized(files.gz));
}

TEST_CASE("a damaged archive is named and exit 255, and the others are done all the same") {
  const Files files;
  const Bytes whole = noisy_gzip("text");
  files.file("cut.gz", ByteView(whole).first(whole.size() - 3));
  const CommandResult result = strip()(files, "cut.gz a.gz");
  CHECK(result.status == 255);
  CHECK(has(result, "cut.gz: gzip: "));
  CHECK(was_normalized(files.gz));
  CHECK(strip()(files, "-t zip plain").status == 255);
}

TEST_CASE("lists of files are read and changed files told, for scripts") {
  const Files files;
  files.file("list", std::string_view("a.gz\0plain\0b.gz\0", 16));
  const CommandResult result = strip()(files, "--list-changed -0 --files-from list -j 2");
  CHECK(result.status == 0);
  CHECK(result.output == "Normalized a.gz\nNormalized b.gz\n");
  CHECK(strip()(files, "--list-changed -0 --files-from list").output.empty());
}

TEST_CASE("the dates of a catalog are lowered and never raised") {
  if (!have_tool("msgfmt")) return;
  const Files files;
  files.file("a.po", "msgid \"\"\nmsgstr \"PO-Revision-Date: 2010-01-02 03:04+0000\\n\"\n");
  REQUIRE(run_command("cd " + shell_word(files.string()) + " && msgfmt -o a.mo a.po").status == 0);
  const Bytes before = read_file(files / "a.mo");
  CHECK(strip()(files, "-T 1600000000 a.mo").status == 0);
  CHECK(read_file(files / "a.mo") == before);
}

TEST_CASE("usage errors are exit 255 with the usage, help and version exit 0") {
  const Files files;
  for (const char* arguments : {"", "--bogus a.gz", "-T x a.gz", "-t bogus a.gz", "-n +bogus a.gz",
                                "--normalizers gzip a.gz", "-T", "-T -5 a.gz"}) {
    const CommandResult result = strip()(files, arguments);
    CHECK_MESSAGE(result.status == 255, arguments);
    CHECK(has(result, "Usage: strip-nondeterminism "));
  }
  CHECK_FALSE(was_normalized(files.gz));
  CHECK(strip()(files, "-h").status == 0);
  CHECK(has(strip()(files, "a.gz --version"), "strip-nondeterminism version 1.14.1"));
  CHECK(run_normalize(files, "compat bogus").status == 2);
}

TEST_CASE("callers get the same exit status from the original") {
  if (!have_tool("/usr/bin/strip-nondeterminism")) return;
  for (const char* arguments :
       {"a.gz", "-T 5 a.gz", "-t gzip a.gz", "-v plain", ".", "nowhere", "", "--bogus", "-T x a.gz",
        "-t bogus a.gz", "--normalizers bogus a.gz", "--normalizers +bogus a.gz", "-V", "--help",
        "--clamp --timestamp=7 -- a.gz", "-vT7 --noclamp-timestamp a.gz", "-t gzip plain"}) {
    const Files files, theirs;
    const CommandResult result = run_command("cd " + shell_word(theirs.string()) +
                                             " && /usr/bin/strip-nondeterminism " + arguments);
    CHECK_MESSAGE(strip()(files, arguments).status == result.status, arguments);
    CHECK_MESSAGE(gzip_time(files.gz) == gzip_time(theirs.gz), arguments);
  }
}
