#include "driver/options/commands.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace normalize;

namespace {

using Words = std::vector<std::string>;

Options parse(Words words) { return parse_options(words); }

/// What is wrong with a command line.
std::string problem(const Words& words) {
  try {
    parse_options(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a command and a path are enough, and the defaults are the careful ones") {
  const Options options = parse({"apply", "tree"});
  CHECK(options.command == Options::Command::apply);
  CHECK(options.task.mode == Task::Mode::apply);
  CHECK(options.task.paths == Words{"tree"});
  CHECK(options.task.jobs >= 1);
  CHECK(options.rules.time_mode == TimeMode::clamp);
  CHECK(options.rules.profile == Profile::safe);
  CHECK(options.rules.verify);
  CHECK_FALSE(options.strict);
  CHECK(parse({"check", "tree"}).task.mode == Task::Mode::check);
}

TEST_CASE("--jobs is a number from 1 to 1024") {
  CHECK(parse({"apply", "--jobs", "7", "x"}).task.jobs == 7);
  CHECK(parse({"apply", "-j1024", "x"}).task.jobs == 1024);
  for (const char* wrong : {"many", "0", "1025", "-1", "1x", " 1", "99999999999999999999"})
    CHECK(problem({"apply", "--jobs", wrong, "x"}) ==
          "--jobs: expected a number from 1 to 1024, got \"" + std::string(wrong) + "\"");
  CHECK(problem({"apply", "--jobs"}) == "--jobs: needs a value");
  CHECK(problem({"apply", "--jobs=", "3"}) == "--jobs: needs a value");
}

TEST_CASE("of an option given twice the last counts") {
  const Options options = parse({"apply", "--jobs=1", "--time=set", "--jobs=2", "--time=clamp",
                                 "--no-verify", "--verify", "--no-verify", "x"});
  CHECK(options.task.jobs == 2);
  CHECK(options.rules.time_mode == TimeMode::clamp);
  CHECK_FALSE(options.rules.verify);
}

TEST_CASE("--epoch takes digits alone") {
  CHECK(parse({"apply", "--epoch=0", "x"}).epoch.seconds == 0);
  CHECK(parse({"apply", "--epoch", "1704164645", "x"}).epoch.seconds == 1'704'164'645);
  for (const char* wrong : {"-5", "+5", "1.5", "0x10", "now", "9223372036854775808"})
    CHECK(problem({"apply", "--epoch", wrong, "x"}) ==
          "--epoch: expected seconds since 1970 in digits, got \"" + std::string(wrong) + "\"");
  CHECK(has(problem({"apply", "--epoch=1", "--epoch-from=git", "x"}), "only one of them"));
}

TEST_CASE("words are taken as they are, and others are refused with those that would do") {
  CHECK(parse({"apply", "--profile=strict", "x"}).rules.profile == Profile::strict);
  CHECK(parse({"apply", "--time", "set", "x"}).rules.time_mode == TimeMode::set);
  CHECK(parse({"apply", "--format=jsonl", "x"}).report.format == ReportOptions::Format::jsonl);
  CHECK(parse({"apply", "--color=never", "x"}).report.color == ReportOptions::Color::never);
  CHECK(problem({"apply", "--time=now", "x"}) == "--time: expected clamp or set, got \"now\"");
  CHECK(problem({"apply", "--profile=Safe", "x"}) ==
        "--profile: expected safe or strict, got \"Safe\"");
  CHECK(problem({"apply", "--format=xml", "x"}) ==
        "--format: expected github or html or jsonl or junit or sarif or text, got \"xml\"");
  CHECK(problem({"apply", "--color=red", "x"}) ==
        "--color: expected always or auto or never, got \"red\"");
}

TEST_CASE("--signed and --owners take their words and no others") {
  CHECK(parse({"apply", "x"}).rules.signed_files == SignedFiles::skip);
  CHECK(parse({"apply", "--signed=strip", "x"}).rules.signed_files == SignedFiles::strip);
  CHECK(has(problem({"apply", "--signed=no", "x"}), "fail or skip or strip"));
  CHECK(parse({"apply", "x"}).rules.owners == Owners::root);
  CHECK(parse({"apply", "--owners=keep", "x"}).rules.owners == Owners::keep);
  CHECK(has(problem({"apply", "--owners=me", "x"}), "keep or names or root or system"));
}

TEST_CASE("--recompress is unset until somebody asks, for the profile has its own mind") {
  CHECK_FALSE(parse({"apply", "x"}).rules.recompress);
  CHECK(parse({"apply", "--profile=strict", "--recompress=keep", "x"}).rules.recompression() ==
        Recompress::keep);
  CHECK(parse({"apply", "--recompress=store", "x"}).rules.recompression() == Recompress::store);
  CHECK(has(problem({"apply", "--recompress=9", "x"}), "canonical or keep or store"));
}

TEST_CASE("--pyc and --map reach the rules") {
  CHECK(parse({"apply", "x"}).rules.pyc_mode == PycMode::clamp);
  CHECK(parse({"apply", "--pyc=unchecked-hash", "x"}).rules.pyc_mode == PycMode::unchecked_hash);
  CHECK(has(problem({"apply", "--pyc=hash", "x"}), "checked-hash or clamp or keep"));
  const Rules rules = parse({"apply", "--map", "/a=/b=c", "--map=/stage=", "x"}).rules;
  REQUIRE(rules.path_map.size() == 2);
  CHECK(rules.path_map[0].from == "/a");
  CHECK(rules.path_map[0].to == "/b=c");
  CHECK(rules.mapped_path("/stage/usr/m.py") == "/usr/m.py");
  for (const char* wrong : {"/a", "=/b"})
    CHECK(problem({"apply", "--map", wrong, "x"}) ==
          "--map: expected OLD=NEW, got \"" + std::string(wrong) + "\"");
}

TEST_CASE("--formats switches formats off and on, from left to right") {
  const auto disabled = [](const Words& words) { return parse(words).rules.disabled_formats; };
  CHECK(disabled({"apply", "--formats=-gzip", "x"}).contains("gzip"));
  CHECK(disabled({"apply", "--formats=-gzip,+gzip", "x"}).empty());
  const auto all_but_gzip = disabled({"apply", "--formats=-all", "--formats=+gzip", "x"});
  CHECK_FALSE(all_but_gzip.contains("gzip"));
  CHECK(disabled({"apply", "--formats", "-all", "x"}).size() == all_but_gzip.size() + 1);
  CHECK(has(problem({"apply", "--formats=-gizp", "x"}), "got \"gizp\""));
  CHECK(has(problem({"apply", "--formats=gzip", "x"}), "behind + or -"));
  CHECK(has(problem({"apply", "--formats=+gzip,", "x"}), "behind + or -"));
}

TEST_CASE("paths stay as they are spelled: commands, brackets and numbers too") {
  const Words odd{"apply", "check", "[a,b]", "{}", "%%", "++", "\xff\xfe", "list"};
  Words words{"apply", "--exclude", "[ab,c]", "--exclude=*.o"};
  words.insert(words.end(), odd.begin(), odd.end());
  const Options options = parse(words);
  CHECK(options.task.paths == odd);
  CHECK(options.task.excludes == Words{"[ab,c]", "*.o"});
}

TEST_CASE("a path that begins with - goes behind --") {
  CHECK(parse({"apply", "-q", "a", "--", "-x", "--jobs", "--"}).task.paths ==
        Words{"a", "-x", "--jobs", "--"});
  for (const char* wrong : {"--bogus", "-x", "-5"})
    CHECK(has(problem({"apply", wrong, "a"}), std::string(wrong) + ": no such option"));
}

TEST_CASE("a run needs a command and a path") {
  CHECK(has(problem({}), "no command"));
  CHECK(has(problem({"frobnicate"}), "frobnicate: no such command"));
  CHECK(has(problem({"apply"}), "no path given"));
  CHECK(has(problem({"check", "--"}), "no path given"));
  CHECK(has(problem({"apply", ""}), "empty"));
  CHECK(problem({"apply", "--files-from=-"}).empty());
  CHECK(has(problem({"list", "x"}), "list takes no paths"));
}

TEST_CASE("-0 is for a list of paths") {
  const Options options = parse({"apply", "-0", "--files-from", "names"});
  CHECK(options.path_list.file == "names");
  CHECK(options.path_list.nul_separated);
  CHECK(has(problem({"apply", "-0", "x"}), "needs --files-from"));
}

TEST_CASE("--type and - belong together") {
  CHECK(parse({"apply", "--type", "gzip", "-"}).filter_type == "gzip");
  CHECK(parse({"check", "--type=auto", "-"}).filter_type == "auto");
  CHECK(has(problem({"apply", "-"}), "needs --type"));
  CHECK(has(problem({"apply", "--type=gzip", "x"}), "the only path"));
  CHECK(has(problem({"apply", "--type=gzip", "-", "x"}), "the only path"));
  CHECK(has(problem({"apply", "--type=gizp", "-"}), "got \"gizp\""));
  CHECK(has(problem({"apply", "--type=gzip", "--epoch-from=newest", "-"}), "has no time"));
}

TEST_CASE("--version names the program, the canon and the libraries") {
  const std::string text = parse({"--version"}).text;
  for (const char* part :
       {"normalize 0.", "canon 1\n", "zlib 1.", "libdeflate 1.", "libarchive 3."})
    CHECK(has(text, part));
}

TEST_CASE("--help states every option, the exit status and the limits, in 80 columns") {
  const std::string help = parse({"apply", "--help"}).text;
  for (const char* part :
       {"--jobs",    "--epoch",  "--epoch-from", "--time",      "--profile", "--formats",
        "--exclude", "-0",       "--files-from", "--type",      "--strict",  "-v",
        "-q",        "--format", "--color",      "--no-verify", "3 damaged", "16 deep",
        "200 times", "64 MiB",   "64 GiB",       "160 MiB",     "/var/tmp"})
    CHECK_MESSAGE(has(help, part), part);
  for (const std::string& text : {help, parse({"--help"}).text, parse({"list", "--help"}).text}) {
    std::size_t longest = 0;
    for (std::size_t start = 0, end; start < text.size(); start = end + 1) {
      end = std::min(text.find('\n', start), text.size());
      longest = std::max(longest, end - start);
    }
    CHECK(longest <= 80);
  }
}
