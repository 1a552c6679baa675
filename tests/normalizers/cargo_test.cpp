#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/neighbours.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

const std::string kName = "sample-1.0.0/.cargo_vcs_info.json";
const std::string kCommit = "1f2e3d4c5b6a79880123456789abcdef01234567", kNull(40, '0');

Bytes info(const std::string& commit, std::string_view rest = "\"path_in_vcs\": \"\"") {
  return bytes("{\n  \"git\": {\n    \"sha1\": \"" + commit + "\"\n  },\n  " + std::string(rest) +
               "\n}");
}

bool is_ours(ByteView input, const std::string& name = kName) {
  return run(input, name, strict_rules()).outcome != Result::Outcome::not_ours;
}

}  // namespace

TEST_CASE("cargo: strict forgets the commit that a crate was packed from, safe keeps it") {
  const Outcome strict = run(info(kCommit), kName, strict_rules());
  CHECK(strict.bytes == info(kNull));
  CHECK(strict.found("git.sha1"));
  CHECK(run(info(kCommit), kName).outcome == Result::Outcome::already_normal);
  CHECK(run(info(kNull), kName, strict_rules()).outcome == Result::Outcome::already_normal);
}

TEST_CASE("cargo: all else in the file stays, blanks too") {
  const std::string rest = "\"dirty\":true, \"sha1\": \"" + kCommit + "\"";
  CHECK(normal(info(kCommit, rest), kName, strict_rules()) == info(kNull, rest));
  const Bytes dense = bytes("{\"git\":{\"sha1\":\"" + kCommit + "\"}}");
  CHECK(normal(dense, ".cargo_vcs_info.json", strict_rules()) ==
        bytes("{\"git\":{\"sha1\":\"" + kNull + "\"}}"));
}

TEST_CASE(
    "cargo: a vendored crate, whose files have digests beside them, is left and that is said") {
  const OneNeighbour checksums("sample-1.0.0/.cargo-checksum.json", {0, 0});
  const Outcome outcome = run(info(kCommit), kName, strict_rules(), &checksums);
  CHECK_FALSE(outcome.changed());
  CHECK(outcome.remarked(".cargo-checksum.json"));
  const OneNeighbour other("other-1.0.0/.cargo-checksum.json", {0, 0});
  CHECK(run(info(kCommit), kName, strict_rules(), &other).changed());
}

TEST_CASE("cargo: other names and other JSON are nobody's") {
  CHECK(is_ours(info(kCommit)));
  CHECK_FALSE(is_ours(info(kCommit), "sample-1.0.0/info.json"));
  CHECK_FALSE(is_ours(info(kCommit), "sample-1.0.0/x.cargo_vcs_info.json"));
  CHECK_FALSE(is_ours(info(kCommit.substr(1))));
  CHECK_FALSE(is_ours(info(kCommit + "0")));
  CHECK_FALSE(is_ours(info("g" + kCommit.substr(1))));
  for (const auto text : {""sv, "{}"sv, "{\"git\":"sv, "{\"path_in_vcs\": \"\"}"sv})
    CHECK_FALSE(is_ours(bytes(text)));
}
