#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Bytes reg(std::int64_t seconds, std::string_view more = "") {
  return bytes("a:2:{s:4:\"name\";s:4:\"Demo\";" + std::string(more) +
               "s:13:\"_lastmodified\";i:" + std::to_string(seconds) + ";}");
}

}  // namespace

TEST_CASE("PEAR _lastmodified is lowered to the epoch, and zero without one") {
  CHECK(normal(reg(kEpoch + 1)) == reg(kEpoch));
  CHECK(normal(reg(kEpoch - 1)) == reg(kEpoch - 1));
  CHECK(normal(reg(kEpoch - 1), "f", Rules{}) == reg(0));
}

TEST_CASE("what looks like PEAR _lastmodified within a text or deeper stays") {
  constexpr std::string_view text = "s:1:\"a\";s:38:\"s:13:\"_lastmodified\";i:1999999999;abcd\";";
  CHECK(normal(reg(kEpoch + 1, text)) == reg(kEpoch, text));
  constexpr std::string_view deeper =
      "s:1:\"a\";a:1:{s:13:\"_lastmodified\";i:1999999999;}d:0.5;N;b:1;O:1:\"x\":0:{}";
  CHECK(normal(reg(kEpoch + 1, deeper)) == reg(kEpoch, deeper));
}

TEST_CASE("a PEAR registry's time that is normal stays as it is spelled") {
  Bytes spelled = reg(kEpoch - 1);
  const std::size_t at = as_text(spelled).find("i:" + std::to_string(kEpoch - 1)) + 2;
  spelled.insert(spelled.begin() + static_cast<std::ptrdiff_t>(at), std::byte{'0'});
  CHECK(normal(spelled) == spelled);
}

TEST_CASE("a PEAR registry with a length past its end is refused") {
  const Outcome outcome = run(reg(kEpoch + 1, "s:99999999999999999999:\"a\";"));
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("pear: text needs"));
  CHECK(run(reg(kEpoch + 1, "x;")).remarked("type is none that serialize() writes"));
}

TEST_CASE("a serialized array that is none of PEAR's is nobody's") {
  CHECK(run(bytes("a:1:{s:4:\"name\";s:4:\"Demo\";}")).outcome == Result::Outcome::not_ours);
}

TEST_CASE("php reads the normal form of PEAR's registry") {
  if (!have_tool("php")) return;
  const TempTree tree;
  for (const auto& path : samples("pear")) {
    const auto file = tree.file("a.reg", normal(read_file(path)));
    const CommandResult read =
        run_command("php -r 'echo unserialize(file_get_contents($argv[1]))[\"_lastmodified\"];' " +
                    shell_word(file.string()));
    CHECK_MESSAGE(read.output == std::to_string(kEpoch), read.output);
  }
}
