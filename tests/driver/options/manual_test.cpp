#include "driver/options/manual.h"

#include <doctest/doctest.h>

#include "driver/options/table.h"

using namespace normalize;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

const DescribedCommand kCommand{
    "Does this. Then that, as `other -x` does.",
    "normalize shake [OPTION]... --seed N FILE... -- COMMAND",
    {{"-j,--jobs", "N", "How many; see C:\\jobs", {}},
     {"--check,!--no-check", "", ".dots and --options", {"yes", "no"}}},
    "Defaults: none.\n\nExit status: 0 done;\n1 not. Never 2.\n\nLimits: none.\n"};

}  // namespace

TEST_CASE("a page has the parts of --help in the sections of the manual") {
  const std::string page = manual_page(kCommand);
  CHECK(has(page, ".Dt NORMALIZE-SHAKE 1\n"));
  CHECK(has(page, ".Nm normalize-shake\n"));
  CHECK(has(page,
            ".Sh SYNOPSIS\n.Nm normalize\n.Cm shake\n.Op Ar option ...\n.Fl \\-seed\n.Ar n\n"
            ".Ar file ...\n.Fl \\&-\n.Ar command\n"));
  CHECK(has(page, ".Sh DESCRIPTION\nDoes this.\nThen that, as `other \\-x` does.\n"));
  CHECK(has(page, ".It Fl j , Fl \\-jobs Ar n\n"));
  CHECK(has(page, ".It Fl \\-check , Fl \\-no-check\n"));
  CHECK(has(page, ".Pp\nDefaults: none.\n"));
  CHECK(has(page, ".Sh EXIT STATUS\n0 done; 1 not.\nNever 2.\n"));
  CHECK(has(page, ".Sh LIMITS\nnone.\n"));
}

TEST_CASE("what roff would take for a request or an escape is text on a page") {
  const std::string page = manual_page(kCommand);
  CHECK(has(page, "C:\\ejobs"));
  CHECK(has(page, "\n\\&.dots and \\-\\-options.\n"));
}

TEST_CASE("the table of options has names, value, words and help behind tabs") {
  CHECK(option_table(kCommand) ==
        "-j,--jobs\tN\t\tHow many; see C:\\jobs\n"
        "--check,--no-check\t\tyes no\t.dots and --options\n");
}
