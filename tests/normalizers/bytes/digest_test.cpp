// Other tools' digests are the other side: Python's hashlib makes them all.

#include "normalizers/bytes/digest.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "normalizers/error.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

struct Named {
  const char* name;
  const char* in_python;
};
constexpr Named kAll[] = {
    {"md5", "md5"},           {"sha1", "sha1"},           {"sha224", "sha224"},
    {"sha256", "sha256"},     {"sha384", "sha384"},       {"sha512", "sha512"},
    {"sha3-224", "sha3_224"}, {"sha3-256", "sha3_256"},   {"sha3-384", "sha3_384"},
    {"sha3-512", "sha3_512"}, {"ripemd160", "ripemd160"}, {"blake2b512", "blake2b"},
    {"blake2s256", "blake2s"}};

/// So many bytes, each another than the one before.
Bytes counted(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 7 % 251);
  return bytes;
}

}  // namespace

TEST_CASE("a digest of any length is the one that Python makes") {
  std::string script = "import hashlib\nfor n in ";
  const std::vector<std::size_t> sizes{0,   1,   63,  64,  65,  71,  72,  73,  103, 104, 127, 128,
                                       129, 135, 136, 137, 143, 144, 145, 255, 256, 257, 5000};
  script += "(";
  for (const std::size_t size : sizes) script += std::to_string(size) + ",";
  script += "):\n  data = bytes(i * 7 % 251 for i in range(n))\n";
  std::string ours;
  for (const Named& each : kAll)
    script += std::string("  print('") + each.name + "', n, hashlib." +
              (std::string_view(each.name) == "ripemd160" ? "new('ripemd160', "
                                                          : each.in_python + std::string("(")) +
              "data).hexdigest())\n";
  for (const std::size_t size : sizes)
    for (const Named& each : kAll)
      ours += std::string(each.name) + " " + std::to_string(size) + " " +
              hex_digest(each.name, Content::own(counted(size))) + "\n";
  const CommandResult theirs = run_command("python3 -c \"" + script + "\"");
  REQUIRE(theirs.status == 0);
  CHECK(theirs.output == ours);
}

TEST_CASE("bytes that come one run after another have the digest of all together") {
  const Bytes bytes = counted(1000);
  for (const Named& each : kAll) {
    CAPTURE(each.name);
    RunningDigest digest(each.name);
    for (std::size_t at = 0, step = 1; at < bytes.size(); at += step, step = step % 150 + 37)
      digest.add(ByteView(bytes).subspan(at, std::min(step, bytes.size() - at)));
    CHECK(hexadecimal(digest.finish()) == hex_digest(each.name, Content::view(bytes)));
  }
}

TEST_CASE("the name of an algorithm may be in capitals, and others are none") {
  CHECK(message_digest("SHA256", {}) == message_digest("sha256", {}));
  CHECK(message_digest("BLAKE2b512", {}).has_value());
  for (const char* const name : {"", "sha", "sha2567", "sha25", "crc32", "shake128"}) {
    CAPTURE(name);
    CHECK_FALSE(message_digest(name, {}).has_value());
    CHECK_THROWS_AS(required_digest(name, {}), CodecError);
    CHECK_THROWS_AS(RunningDigest(std::string(name)), std::runtime_error);
  }
}
