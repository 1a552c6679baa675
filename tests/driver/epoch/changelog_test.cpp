#include <doctest/doctest.h>

#include "driver/epoch/find.h"

using namespace normalize;

namespace {

std::optional<std::int64_t> debian(std::string_view trailer) {
  return changelog_time("pkg (1.0-1) unstable; urgency=medium\n\n  * Change.\n\n" +
                            std::string(trailer) +
                            "\n\npkg (0.9-1) unstable\n -- Old <o@example.org>  "
                            "Thu, 01 Jan 1970 00:00:01 +0000\n",
                        Changelog::debian);
}

std::optional<std::int64_t> spec(std::string_view entry) {
  return changelog_time(
      "Name: x\n* not this one\n%changelog\n\n" + std::string(entry) + "\n- Change\n",
      Changelog::spec);
}

}  // namespace

TEST_CASE("a Debian changelog tells the second and the zone") {
  CHECK(debian(" -- A. Body <a@example.org>  Tue, 02 Jan 2024 03:04:05 +0000") == 1'704'164'645);
  CHECK(debian(" -- A. Body <a@example.org>  Tue, 2 Jan 2024 05:34:05 +0230") == 1'704'164'645);
  CHECK(debian(" -- A. Body <a@example.org>  Mon, 01 Jan 2024 22:04:05 -0500") == 1'704'164'645);
  CHECK(debian(" -- A. Body <a@example.org>  02 Jan 2024 03:04:05 +0000") == 1'704'164'645);
}

TEST_CASE("a trailer that is not one gives no time, and no older entry stands in") {
  for (const char* wrong : {" -- A <a@example.org>", " -- A <a@example.org>  ",
                            " -- A <a@example.org>  Tue, 32 Jan 2024 03:04:05 +0000",
                            " -- A <a@example.org>  Tue, 30 Feb 2024 03:04:05 +0000",
                            " -- A <a@example.org>  Tue, 02 Foo 2024 03:04:05 +0000",
                            " -- A <a@example.org>  Tue, 02 Jan 2024 24:04:05 +0000",
                            " -- A <a@example.org>  Tue, 02 Jan 2024 03:04:05",
                            " -- A <a@example.org>  Tue, 02 Jan 2024 03:04:05 GMT",
                            " -- A <a@example.org>  Tue, 02 Jan 99999999999 03:04:05 +0000"})
    CHECK_MESSAGE(!debian(wrong), wrong);
}

TEST_CASE("a spec file tells the day, or the time in UTC") {
  CHECK(spec("* Tue Jan 02 2024 A. Body <a@example.org> - 1.0-1") == 1'704'153'600);
  CHECK(spec("* Tue Jan  2 2024 A. Body") == 1'704'153'600);
  CHECK(spec("* Tue Jan 02 03:04:05 UTC 2024 A. Body - 1.0-1") == 1'704'164'645);
  CHECK_FALSE(spec("* Tue Jan 02 03:04:05 CET 2024 A. Body - 1.0-1"));
  CHECK_FALSE(spec("* Tue 2024-01-02 A. Body"));
  CHECK_FALSE(spec("- no entry"));
}

TEST_CASE("another changelog tells the first day in it that is one") {
  const auto general = [](std::string_view text) {
    return changelog_time(text, Changelog::general);
  };
  CHECK(general("# Changelog\n## [1.1.0] - 2024-01-02\n## [1.0.0] - 2023-12-31\n") ==
        1'704'153'600);
  CHECK(general("2024-01-02") == 1'704'153'600);
  CHECK(general("2024-01-02T10:00 A. Body  <a@example.org>") == 1'704'153'600);
  CHECK(general("1-2024-13-01 12024-01-02 2024-01-021 then 2024-01-02.") == 1'704'153'600);
  CHECK_FALSE(general(""));
  CHECK_FALSE(general("-----"));
  CHECK_FALSE(general("no date, 2024-1-2, 2024-02-30"));
}
