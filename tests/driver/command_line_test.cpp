// The program itself, started as users start it, on trees of its own.

#include <doctest/doctest.h>

#include <filesystem>
#include <iostream>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

namespace fs = std::filesystem;

/// Its environment has nothing that could change what it does.
const std::string kProgram =
    "env -u SOURCE_DATE_EPOCH -u NO_COLOR " + shell_word(NORMALIZE_PROGRAM) + " ";

CommandResult started(const std::string& arguments) { return run_command(kProgram + arguments); }

/// With SOURCE_DATE_EPOCH set to `epoch`.
CommandResult started_at(const std::string& epoch, const std::string& arguments) {
  return run_command("SOURCE_DATE_EPOCH=" + shell_word(epoch) + " " +
                     shell_word(NORMALIZE_PROGRAM) + " " + arguments);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

/// A tree with one gzip file that is not normal, one that no format claims, and times in 2001.
struct Fixture : TempTree {
  const fs::path packed = file("doc/a.gz", noisy_gzip("the payload"));
  const fs::path plain = file("plain", "text");
  const std::string word = shell_word(string());

  Fixture() { age(); }
  /// Files made since then get their times too.
  void age() const {
    for (const auto& entry : fs::recursive_directory_iterator(path()))
      set_mtime_ns(entry.path(), 1'000'000'000 * kSecond);
    set_mtime_ns(path(), 1'000'000'000 * kSecond);
  }
};

std::uint32_t mtime_field(const fs::path& gzip) {
  const Bytes bytes = read_file(gzip);
  std::uint32_t value = 0;
  for (std::size_t i = 8; i-- > 4;) value = value << 8 | static_cast<std::uint32_t>(bytes.at(i));
  return value;
}

/// Whether a program can be given a terminal here. Says "skipped" where it cannot.
bool have_terminals() {
  if (!have_tool("script")) return false;
  if (run_command("script -qec 'test -t 1' /dev/null </dev/null").status == 0) return true;
  std::cout << "skipped: there are no terminals to be had (/dev/pts)\n";
  return false;
}

/// A gzip file whose checksum is wrong.
Bytes damaged_gzip() {
  Bytes bytes = noisy_gzip("the payload");
  bytes[bytes.size() - 5] ^= std::byte{1};
  return bytes;
}

}  // namespace

TEST_CASE("apply changes what check has announced, and then there is nothing left") {
  const Fixture tree;
  const CommandResult check = started("check " + tree.word);
  CHECK(check.status == 1);
  CHECK(has(check.output, "    " + tree.packed.string() + ": 2027-"));
  CHECK(has(check.output, "gzip MTIME: 1 finding in 1 file; stop it: gzip -n\n"));
  CHECK(has(check.output, "2 files, 1 recognized: 1 would change\n"));
  CHECK(read_file(tree.packed) == noisy_gzip("the payload"));

  const CommandResult apply = started("apply " + tree.word);
  CHECK(apply.status == 0);
  CHECK(apply.output == tree.packed.string() +
                            ": gzip: 2 fields (MTIME, FNAME)\n"
                            "2 files, 1 recognized: 1 changed\n");
  CHECK(mtime_field(tree.packed) == 0);

  for (const char* command : {"check ", "apply "}) {
    const CommandResult again = started(command + tree.word);
    CHECK(again.status == 0);
    CHECK(again.output == "2 files, 1 recognized: nothing to change\n");
  }
}

TEST_CASE("what was packed is still what was packed") {
  if (!have_tool("gzip")) return;
  const Fixture tree;
  REQUIRE(started("apply " + tree.word).status == 0);
  CHECK(run_command("gzip -dc " + shell_word(tree.packed.string())).output == "the payload");
}

TEST_CASE("SOURCE_DATE_EPOCH lowers times in files and on disk") {
  const Fixture tree;
  set_mtime_ns(tree.plain, 1'800'000'000 * kSecond);
  const CommandResult check = started_at("1700000000", "check " + tree.word);
  CHECK(check.status == 1);
  CHECK(has(check.output, "1 would change, 1 time on disk would change\n"));
  CHECK(started_at("1700000000", "apply " + tree.word).status == 0);
  CHECK(mtime_field(tree.packed) == 1'700'000'000);
  CHECK(mtime_ns(tree.plain) == 1'700'000'000 * kSecond);
  CHECK(mtime_ns(tree.packed) == 1'000'000'000 * kSecond);
}

TEST_CASE("a time on disk alone is a finding too") {
  const TempTree tree;
  set_mtime_ns(tree.file("plain", ""), 1'800'000'000 * kSecond);
  set_mtime_ns(tree.path(), 1 * kSecond);
  CHECK(started_at("1700000000", "check " + shell_word(tree.string())).status == 1);
  CHECK(started("check " + shell_word(tree.string())).status == 0);
  const CommandResult told = started_at("1700000000", "check -v " + shell_word(tree.string()));
  CHECK(has(told.output, "plain: "));
  CHECK(has(told.output, "epoch 1700000000 (2023-11-14T22:13:20Z, from SOURCE_DATE_EPOCH)\n"));
}

TEST_CASE("an epoch of zero is one, and an empty variable is none") {
  const Fixture tree;
  CHECK(started_at("", "apply " + tree.word).status == 0);
  CHECK(mtime_ns(tree.plain) == 1'000'000'000 * kSecond);
  CHECK(started_at("0", "apply " + tree.word).status == 0);
  CHECK(mtime_ns(tree.plain) == 0);
}

TEST_CASE("a variable that is no epoch stops the run before a file is touched") {
  const Fixture tree;
  for (const char* wrong : {"junk", "-1", " 1", "1.5", "99999999999999999999"}) {
    const CommandResult result = started_at(wrong, "apply " + tree.word);
    CHECK(result.status == 2);
    CHECK(result.output ==
          "normalize: error: SOURCE_DATE_EPOCH: expected seconds since 1970 in digits, got \"" +
              std::string(wrong) + "\"\n");
  }
  CHECK(read_file(tree.packed) == noisy_gzip("the payload"));
  CHECK(started_at("junk", "apply --epoch=5 " + tree.word).status == 0);
  CHECK(mtime_field(tree.packed) == 5);
}

TEST_CASE("an epoch in the future is used, with a warning") {
  const Fixture tree;
  const CommandResult result = started("apply --epoch 99999999999 " + tree.word);
  CHECK(result.status == 0);
  CHECK(has(result.output,
            "normalize: warning: --epoch: 99999999999 (5138-11-16T09:46:39Z) is in the future\n"));
}

TEST_CASE("--time=set makes all times the epoch, and needs one") {
  const Fixture tree;
  CHECK(started("apply --time=set " + tree.word).status == 2);
  CHECK(started("apply --time=set --epoch=1500000000 " + tree.word).status == 0);
  CHECK(mtime_field(tree.packed) == 1'500'000'000);
  CHECK(mtime_ns(tree.plain) == 1'500'000'000 * kSecond);
}

TEST_CASE("--epoch-from takes the epoch from a file, or from the newest") {
  const Fixture tree;
  const fs::path stamp = tree.file("stamp", "");
  set_mtime_ns(stamp, 1'600'000'000 * kSecond);
  CHECK(started("apply --epoch-from=newest " + tree.word).status == 0);
  CHECK(mtime_field(tree.packed) == 1'600'000'000);
  set_mtime_ns(stamp, 1'400'000'000 * kSecond);
  CHECK(started("apply --epoch-from " + shell_word(stamp.string()) + " " + tree.word).status == 0);
  CHECK(mtime_field(tree.packed) == 1'400'000'000);
  CHECK(started("apply --epoch-from=/nonexistent/file " + tree.word).status == 2);
}

TEST_CASE("--profile=strict drops more") {
  const TempTree tree;
  Bytes bytes = noisy_gzip("the payload");
  bytes[8] = std::byte{2};  // XFL
  const fs::path file = tree.file("a.gz", bytes);
  REQUIRE(started("apply " + shell_word(tree.string())).status == 0);
  CHECK(read_file(file)[8] == std::byte{2});
  REQUIRE(started("apply --profile=strict " + shell_word(tree.string())).status == 0);
  CHECK(read_file(file)[8] == std::byte{0});
}

TEST_CASE("--formats leaves a format alone") {
  const Fixture tree;
  for (const char* list : {"-gzip", "-all", "-all,+gzip,-gzip"})
    CHECK(started("check --formats=" + std::string(list) + " " + tree.word).status == 0);
  CHECK(started("check --formats=-all,+gzip " + tree.word).status == 1);
  CHECK(started("check --formats=-gizp " + tree.word).status == 2);
}

TEST_CASE("--exclude passes over names and folders, as often as it is given") {
  const Fixture tree;
  tree.file("other/b.gz", noisy_gzip("b"));
  CHECK(started("check --exclude doc --exclude 'b.*' " + tree.word).status == 0);
  CHECK(started("check --exclude doc " + tree.word).status == 1);
  CHECK(started("check --exclude '[ab].gz' " + tree.word).status == 0);
}

TEST_CASE("the same lines and bytes for any number of jobs") {
  std::string first;
  for (const char* jobs : {"1", "8"}) {
    const TempTree tree;
    for (int i = 0; i < 50; ++i)
      tree.file("d" + std::to_string(i % 7) + "/f" + std::to_string(i) + ".gz",
                i % 5 == 0 ? damaged_gzip() : noisy_gzip(std::to_string(i)));
    const std::string command =
        "cd " + shell_word(tree.string()) + " && " + kProgram + "apply -v --jobs " + jobs +
        " . ; " + kProgram + "check . --format=jsonl; find . -type f -exec sha256sum {} + | sort";
    const CommandResult result = run_command(command);
    CHECK(result.status == 0);
    if (first.empty())
      first = result.output;
    else
      CHECK(result.output == first);
  }
}

TEST_CASE("paths come from a list, with newlines or NULs between them, or from standard input") {
  const Fixture tree;
  const std::string odd = "odd\nname\xff.gz";
  tree.file(odd, noisy_gzip("odd"));
  tree.age();
  tree.file("lines", tree.packed.string() + "\n\n");
  tree.file("nuls", tree.string() + "/" + odd + '\0');
  const std::string lines = shell_word((tree / "lines").string());
  const std::string nuls = shell_word((tree / "nuls").string());
  CHECK(has(started("check --files-from " + lines).output, "1 file, 1 recognized: 1 would"));
  CHECK(has(started("check --files-from - <" + lines).output, "1 file, 1 recognized: 1 would"));
  CHECK(has(started("check -0 --files-from=" + nuls).output, "odd\\nname\\xff.gz: 2027-"));
  CHECK(has(started("check --files-from " + lines + " " + tree.word).output, "5 files"));
  CHECK(started("check --files-from /dev/null").status == 0);
  CHECK(started("check --files-from /nonexistent/list").status == 2);
  CHECK(has(run_command("find " + tree.word + " -name '*.gz' -print0 | " + kProgram +
                        "apply -0 --files-from -")
                .output,
            "2 files, 2 recognized: 2 changed"));
}

TEST_CASE("a name that begins with - goes behind --, and a missing one touches nothing") {
  const Fixture tree;
  tree.file("-x.gz", noisy_gzip("x"));
  CHECK(run_command("cd " + tree.word + " && " + kProgram + "check -- -x.gz").status == 1);
  const CommandResult missing = started("apply " + tree.word + " /nonexistent/tree");
  CHECK(missing.status == 2);
  CHECK(missing.output == "normalize: error: /nonexistent/tree: No such file or directory\n");
  CHECK(read_file(tree.packed) == noisy_gzip("the payload"));
}

TEST_CASE("damaged input is a warning, and with --strict an exit status of its own") {
  const Fixture tree;
  const fs::path bad = tree.file("bad.gz", damaged_gzip());
  const CommandResult lenient = started("apply " + tree.word);
  CHECK(lenient.status == 0);
  CHECK(
      has(lenient.output, "normalize: warning: " + bad.string() + ": gzip: CRC32 does not match"));
  CHECK(has(lenient.output, "; left as it was\n"));
  CHECK(has(lenient.output, "3 files, 2 recognized: 1 changed, 1 damaged\n"));
  CHECK(read_file(bad) == damaged_gzip());
  CHECK(started("apply --strict " + tree.word).status == 3);
  CHECK(started("check --strict " + tree.word).status == 3);
  CHECK(started("check " + tree.word).status == 0);
}

TEST_CASE("a file that cannot be replaced is an error, and the others are done") {
  if (!have_tool("setpriv") || !have_root()) return;
  const Fixture tree;
  tree.file("ours/b.gz", noisy_gzip("b"));
  run_command("chown -R 65534:65534 " + shell_word((tree / "ours").string()));
  const CommandResult result =
      run_command("setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all " +
                  kProgram + "apply " + tree.word);
  CHECK(result.status == 2);
  CHECK(has(result.output, "normalize: error: " + tree.packed.string() + ": "));
  CHECK(has(result.output, "; left as it was\n"));
  CHECK(mtime_field(tree / "ours/b.gz") == 0);
  CHECK(mtime_field(tree.packed) == 1'800'000'000);
}

TEST_CASE("bad usage is told in one line, with exit status 2") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "no command given"},
      {"frobnicate", "frobnicate: no such command"},
      {"apply", "no path given"},
      {"apply --jobs many .", "--jobs: expected a number from 1 to 1024, got \"many\"\n"},
      {"apply --bogus .", "--bogus: no such option"},
      {"apply --type=gzip .", "--type: is for standard input"}};
  for (const auto& [arguments, problem] : cases) {
    const CommandResult result = started(arguments);
    CHECK(result.status == 2);
    CHECK_MESSAGE(result.output.starts_with("normalize: error: " + std::string(problem)),
                  result.output);
    CHECK(std::ranges::count(result.output, '\n') == 1);
  }
}

TEST_CASE("trouble goes to standard error, the report to standard output") {
  const Fixture tree;
  tree.file("bad.gz", damaged_gzip());
  const CommandResult report = started("check " + tree.word + " 2>/dev/null");
  CHECK(has(report.output, "gzip MTIME: "));
  CHECK_FALSE(has(report.output, "warning"));
  const CommandResult trouble = started("check " + tree.word + " 2>&1 >/dev/null");
  CHECK(trouble.output.starts_with("normalize: warning: "));
  CHECK_FALSE(has(trouble.output, "recognized"));
}

TEST_CASE("-q tells trouble alone, -v every finding") {
  const Fixture tree;
  CHECK(started("check -q " + tree.word).output.empty());
  CHECK(started("check -q " + tree.word).status == 1);
  tree.file("bad.gz", damaged_gzip());
  CHECK(std::ranges::count(started("check -q " + tree.word).output, '\n') == 1);
  const CommandResult told = started("apply -v " + tree.word);
  CHECK(has(told.output, "no epoch: "));
  CHECK(
      has(told.output, "a.gz: gzip: MTIME: 2027-01-15T08:00:00Z → 1970-01-01T00:00:00Z (gzip -n)"));
  CHECK(has(told.output, "a.gz: gzip: FNAME: noise → (none) (gzip -n)\n"));
}

TEST_CASE("--format=jsonl is one object a line, and says everything") {
  if (!have_tool("/usr/bin/python3")) return;
  const Fixture tree;
  tree.file("bad.gz", damaged_gzip());
  tree.file("check.py",
            "import json, sys\n"
            "lines = [json.loads(line) for line in sys.stdin]\n"
            "bad, doc, last = lines\n"
            "assert bad['outcome'] == 'damaged' and bad['remarks'][0]['kind'] == 'damaged'\n"
            "fields = [f['field'] for f in doc['findings']]\n"
            "assert doc['format'] == 'gzip' and fields == ['MTIME', 'FNAME'], fields\n"
            "assert doc['findings'][0]['hint'] == 'gzip -n'\n"
            "assert last['type'] == 'summary' and last['epoch'] == 1750000000\n"
            "assert last['command'] == 'check' and last['exit_status'] == 1\n"
            "assert last['changed'] == 1 and last['damaged'] == 1\n");
  tree.age();
  const CommandResult result = run_command(
      kProgram + "check --epoch=1750000000 --exclude check.py --format=jsonl -q " +
      shell_word((tree / "doc").string()) + " " + shell_word((tree / "bad.gz").string()) +
      " 2>/dev/null | /usr/bin/python3 " + shell_word((tree / "check.py").string()));
  CHECK_MESSAGE(result.status == 0, result.output);
}

TEST_CASE("a baseline makes a check fail for what is new alone, and what is gone is said") {
  const Fixture tree;
  const std::string known = shell_word((tree / "known.jsonl").string());
  const std::string doc = shell_word((tree / "doc").string());
  CHECK(started("check --write-baseline " + known + " " + doc).status == 0);
  const CommandResult quiet = started("check --baseline " + known + " " + doc);
  CHECK(quiet.status == 0);
  CHECK(quiet.output == "1 file, 1 recognized: 1 would change, 2 findings known\n");
  CHECK(started("check --format=jsonl " + doc + " >" + known).status == 1);
  CHECK(started("check --baseline " + known + " " + doc).status == 0);

  tree.file("doc/b.gz", noisy_gzip("new"));
  const CommandResult check = started("check --baseline=" + known + " " + doc);
  CHECK(check.status == 1);
  CHECK(has(check.output, "b.gz: 2027-"));
  CHECK_FALSE(has(check.output, "a.gz"));
  fs::remove(tree.packed);
  CHECK(has(started("check --baseline " + known + " " + doc).output,
            "normalize: note: " + (tree / "known.jsonl").string() +
                ": not found any more: " + tree.packed.string() + ": gzip FNAME\n"));
}

TEST_CASE("a baseline that cannot be read or written is an error") {
  const Fixture tree;
  CHECK(started("check --baseline /nonexistent/known " + tree.word).status == 2);
  CHECK(started("check --baseline " + shell_word(tree.plain.string()) + " " + tree.word).status ==
        2);
  CHECK(started("check --write-baseline /nonexistent/known " + tree.word).status == 2);
  CHECK(started("check --write-baseline /dev/full " + tree.word).status == 2);
  CHECK(started("apply --baseline " + shell_word(tree.plain.string()) + " " + tree.word).status ==
        2);
}

TEST_CASE("a terminal is told how far a long run is, and then it is wiped") {
  if (!have_terminals()) return;
  const TempTree tree;
  const std::string packed = shell_word((tree / "n.gz").string());
  REQUIRE(run_command("seq 9000000 | gzip -1n >" + packed).status == 0);
  const auto on_terminal = [&](const std::string& options) {
    const std::string line =
        "TERM=xterm " + kProgram + "check --profile strict " + options + packed;
    return run_command("script -qec " + shell_word(line) + " /dev/null </dev/null").output;
  };
  const std::string told = on_terminal("--color=never ");
  CHECK(has(told, "\r\x1b[Kchecking: 0 of 1 files, 0 B of "));
  CHECK(has(told, "\r\x1b[Kgzip "));
  CHECK(on_terminal("-q ").empty());
}

TEST_CASE("color only where asked for, or on a terminal that NO_COLOR does not forbid") {
  const Fixture tree;
  const auto is_colored = [](const std::string& text) { return has(text, "\x1b[1"); };
  CHECK_FALSE(is_colored(started("check " + tree.word).output));
  CHECK(is_colored(started("check --color=always " + tree.word).output));
  CHECK(is_colored(run_command("NO_COLOR=1 " + shell_word(NORMALIZE_PROGRAM) +
                               " check --color=always " + tree.word)
                       .output));
  if (!have_terminals()) return;
  const auto on_terminal = [&](const std::string& environment, const std::string& options) {
    const std::string line = "env -u NO_COLOR TERM=xterm " + environment + " " +
                             shell_word(NORMALIZE_PROGRAM) + " check " + options + " " + tree.word;
    return run_command("script -qec " + shell_word(line) + " /dev/null </dev/null").output;
  };
  CHECK(is_colored(on_terminal("", "")));
  CHECK(is_colored(on_terminal("NO_COLOR=", "")));
  CHECK_FALSE(is_colored(on_terminal("NO_COLOR=1", "")));
  CHECK_FALSE(is_colored(on_terminal("TERM=dumb", "")));
  CHECK_FALSE(is_colored(on_terminal("", "--color=never")));
}

TEST_CASE("a report that cannot be written is an error, not a crash") {
  const Fixture tree;
  const std::string check = kProgram + "check " + tree.word;
  const CommandResult full = run_command(check + " >/dev/full");
  CHECK(full.status == 2);
  CHECK(full.output == "normalize: error: standard output: No space left on device\n");
  const CommandResult closed = run_command(check + " >&-");
  CHECK(closed.status == 2);
  CHECK(has(closed.output, "standard output: Bad file descriptor"));
  // The reader is gone before the first byte is written.
  const std::string status = shell_word((tree / "status").string());
  const std::string gone = shell_word((tree / "gone").string());
  const CommandResult pipe =
      run_command("mkfifo " + gone + "; { cat " + gone + "; " + check + "; echo $? >" + status +
                  "; } | { exec <&-; : >" + gone + "; }; cat " + status);
  CHECK(has(pipe.output, "standard output: Broken pipe\n2\n"));
}

TEST_CASE("with standard streams closed, no file of the tree takes their place") {
  const Fixture tree;
  CHECK(run_command(kProgram + "apply " + tree.word + " <&- >&- 2>&-").status == 2);
  CHECK(mtime_field(tree.packed) == 0);
  CHECK(started("check -q " + tree.word + " >&-").status == 0);
}

TEST_CASE("--type filters standard input to standard output") {
  if (!have_tool("gzip")) return;
  const TempTree tree;
  const std::string text = shell_word(tree.file("text", "some text to pack\n").string());
  const std::string normal =
      run_command("gzip -n <" + text + " | " + kProgram + "apply --type gzip - | sha256sum").output;
  for (const char* type : {"gzip", "auto"}) {
    CHECK(run_command("gzip -c " + text + " | " + kProgram + "apply --type " + type +
                      " - | sha256sum")
              .output == normal);
    CHECK(run_command("gzip -c " + text + " | " + kProgram + "apply --type " + type +
                      " - | gzip -dc | cmp - " + text)
              .status == 0);
  }
  CHECK(run_command("gzip -c " + text + " | " + kProgram + "apply -v --type gzip - 2>&1 >/dev/null")
            .output.starts_with("no epoch"));
}

TEST_CASE("the filter passes on what it cannot or need not change") {
  const TempTree tree;
  const fs::path bad = tree.file("bad", damaged_gzip());
  const fs::path plain = tree.file("plain", "a\0b"sv);
  const fs::path out = tree / "out";
  const auto filter = [&](const std::string& options, const fs::path& from) {
    return started("apply " + options + " - <" + shell_word(from.string()) + " >" +
                   shell_word(out.string()));
  };
  CHECK(filter("--type auto", plain).status == 0);
  CHECK(read_file(out) == bytes("a\0b"sv));
  const CommandResult damaged = filter("--type auto", bad);
  CHECK(damaged.status == 0);
  CHECK(damaged.output.starts_with("normalize: warning: -: gzip: CRC32 does not match"));
  CHECK(read_file(out) == damaged_gzip());
  CHECK(filter("--strict --type gzip", bad).status == 3);
  CHECK(filter("--type gzip", plain).output.starts_with("normalize: warning: -: gzip: "));
  CHECK(read_file(out) == bytes("a\0b"sv));
}

TEST_CASE("check as a filter tells, and writes no content") {
  const TempTree tree;
  const std::string file = shell_word(tree.file("a.gz", noisy_gzip("x")).string());
  const CommandResult result = started("check --type auto - <" + file);
  CHECK(result.status == 1);
  CHECK(has(result.output, "    -: 2027-"));
  CHECK(has(result.output, "1 file, 1 recognized: 1 would change\n"));
}

TEST_CASE("list names the formats, in both ways") {
  CHECK(started("list").output.starts_with("format gzip\n"));
  CHECK(started("list --format=jsonl")
            .output.starts_with("{\"type\":\"format\",\"name\":\"gzip\"}\n"));
}

TEST_CASE("--help and --version go to standard output") {
  CHECK(has(started("--help 2>/dev/null").output, "normalize apply PATH..."));
  CHECK(has(started("check --help 2>/dev/null").output, "--files-from"));
  CHECK(has(started("--version 2>/dev/null").output, "canon 1\n"));
  CHECK(started("--help").status == 0);
  CHECK(started("--help >/dev/full").status == 2);
}

TEST_CASE("--link-duplicates links identical files, once check has announced it") {
  const Fixture tree;
  const fs::path copy = tree.file("copy", "text");
  tree.age();
  const CommandResult check = started("check --link-duplicates " + tree.word);
  CHECK(check.status == 1);
  CHECK(has(check.output, "plain: (none) → " + copy.string() + "\n"));
  CHECK(has(check.output, "1 would be hard-linked (4 bytes less)\n"));
  CHECK_FALSE(fs::equivalent(copy, tree.plain));
  const CommandResult apply = started("apply --link-duplicates " + tree.word);
  CHECK(apply.status == 0);
  CHECK(has(apply.output, "1 changed, 1 hard-linked (4 bytes less)\n"));
  CHECK(fs::equivalent(copy, tree.plain));
  CHECK(started("check --link-duplicates " + tree.word).status == 0);
}
