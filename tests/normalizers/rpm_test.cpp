#include <doctest/doctest.h>

#include "normalizers/rpm/package.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_literals;
namespace tag = normalize::rpm::tag;

namespace {

Bytes sample(std::string_view name) { return read_file(data_folder() / "rpm" / name); }

rpm::Package package_of(const Bytes& file) { return rpm::read_package(file); }

void settle_sums(rpm::Header& header, const std::vector<rpm::Sum>& sums) {
  for (const rpm::Sum& sum : sums) header.set_data(sum.tag, sum.data);
}

/// `package` with its own payload, and sums that say so.
Bytes file_of(rpm::Package package) {
  const Content payload = Content::view(package.payload);
  std::uint64_t archive_bytes = package.signature.number(tag::kPayloadSize).value_or(0);
  if (!package.header.has(tag::kPayloadCompressor)) {  // not packed
    archive_bytes = payload.size();
    settle_sums(package.header, rpm::payload_sums(package.header, payload, payload));
  }
  settle_sums(package.signature,
              rpm::signature_sums(package.signature, package.header, payload, archive_bytes));
  return rpm::write_package(package, payload).to_bytes();
}

}  // namespace

TEST_CASE("when and where a package was built becomes normal, and its sums follow") {
  const Outcome outcome = run(sample("from-source.rpm"));
  REQUIRE(outcome.changed());
  const rpm::Package package = package_of(outcome.bytes);
  CHECK(package.header.number(tag::kBuildTime) == kEpoch);
  CHECK(package.header.string(tag::kBuildHost) == "reproducible");
  CHECK(package.header.string(tag::kCookie) == "reproducible " + std::to_string(kEpoch));
  CHECK_FALSE(package.header.has(tag::kSourcePkgId));
  for (const std::uint64_t mtime : package.header.numbers(tag::kFileMtimes)) CHECK(mtime <= kEpoch);
  for (const char* field : {"BUILDTIME", "BUILDHOST", "COOKIE", "SOURCEPKGID", "FILEMTIMES",
                            "PAYLOADDIGEST", "SHA1HEADER", "SHA256HEADER", "SIGMD5"})
    CHECK_MESSAGE(outcome.found(field), std::string(field));
}

TEST_CASE("a file inside is normalized under each of its names, and lists and text follow") {
  for (const char* name : {"sample.rpm", "stripped.rpm", "zstd.rpm", "plain.rpm"}) {
    CAPTURE(std::string(name));
    const Bytes before = sample(name);
    const Outcome outcome = run(before);
    REQUIRE(outcome.changed());
    const rpm::Package was = package_of(before), is = package_of(outcome.bytes);
    const auto names = is.header.strings(tag::kBaseNames);
    const auto digests = is.header.strings(tag::kFileDigests);
    const auto sizes_before = was.header.numbers(tag::kFileSizes);
    const auto sizes = is.header.numbers(tag::kFileSizes);
    REQUIRE(names ==
            std::vector<std::string>{"sample", "log", "page.gz", "same.gz", "soft", "tool"});
    CHECK(digests[2] == digests[3]);
    CHECK(digests[2] != was.header.strings(tag::kFileDigests)[2]);
    CHECK(digests[5] == was.header.strings(tag::kFileDigests)[5]);
    CHECK(sizes_before[2] - sizes[2] == 5);  // "page" and its NUL
    CHECK(sizes[3] == sizes[2]);
    CHECK(*was.header.number(tag::kSize) - *is.header.number(tag::kSize) == 5);
    for (const std::string& text : is.header.strings(tag::kClassDict))
      CHECK(text.find("was \"page\"") == std::string::npos);
    CHECK(is.header.strings(tag::kFileUserName)[5] == "games");
    CHECK(is.header.numbers(tag::kFileModes) == was.header.numbers(tag::kFileModes));
  }
}

TEST_CASE("a source package keeps its files, and loses its owner and umask") {
  const Bytes file = sample("sample.src.rpm");
  const Outcome outcome = run(file);
  REQUIRE(outcome.changed());
  const rpm::Package was = package_of(file), is = package_of(outcome.bytes);
  CHECK(is.header.strings(tag::kFileDigests) == was.header.strings(tag::kFileDigests));
  CHECK(was.header.numbers(tag::kFileModes).front() == 0100664);
  CHECK(is.header.numbers(tag::kFileModes).front() == 0100644);

  rpm::Package owned = package_of(file);
  owned.header.set_strings(tag::kFileUserName, {"builder", "builder"});
  CHECK(normal(file_of(owned)) == outcome.bytes);

  Rules mapped = rules_with_epoch();
  mapped.path_map = {{"/tmp/rb", "/build"}};
  const auto spec = package_of(normal(file, "a.src.rpm", mapped)).header.string(tag::kSpec);
  REQUIRE(spec);
  CHECK(spec->find("cp /build/page.txt $d/page") != std::string::npos);
  CHECK(spec->find("/tmp/rb") == std::string::npos);
  const Bytes strict = normal(file, "a.src.rpm", strict_rules());
  CHECK_FALSE(package_of(strict).header.has(tag::kSpec));
}

TEST_CASE("numbers of the build's disk become what rpmbuild counts, hard links kept") {
  const Bytes file = sample("sample.rpm");
  rpm::Package package = package_of(file);
  // In their order: a folder, a ghost, two names of one file, a link, a file.
  package.header.set_numbers(tag::kFileDevices, {2049, 2049, 2049, 2049, 2049, 2049});
  package.header.set_numbers(tag::kFileInodes, {77, 70, 99, 99, 30, 81});
  const Outcome outcome = run(file_of(package));
  REQUIRE(outcome.changed());
  CHECK(outcome.found("FILEINODES"));
  const rpm::Package after = package_of(outcome.bytes);
  CHECK(after.header.numbers(tag::kFileInodes) == std::vector<std::uint64_t>{1, 2, 3, 3, 5, 6});
  CHECK(after.header.numbers(tag::kFileDevices) == std::vector<std::uint64_t>(6, 1));
}

TEST_CASE("under strict, packages that differ in how their payload was packed meet") {
  const auto meets = [](std::string_view flags) {
    const Bytes file = sample("sample.rpm");
    rpm::Package package = package_of(file);
    package.header.set_strings(tag::kPayloadFlags, {std::string(flags)});
    return normal(file_of(package), "a.rpm", strict_rules());
  };
  CHECK(meets("9") == meets("3"));
}

TEST_CASE("a package whose sums are wrong is damaged and stays") {
  const Bytes file = sample("sample.rpm");
  const std::size_t payload = file.size() - package_of(file).payload.size();
  for (const std::size_t at : {file.size() - 20, payload - 200, std::size_t{230}}) {
    CAPTURE(at);
    Bytes damaged = file;
    damaged[at] ^= std::byte{1};
    const Outcome outcome = run(damaged);
    CHECK(outcome.outcome == Result::Outcome::damaged);
    CHECK(outcome.remarked("left as it was"));
  }
  rpm::Package lies = package_of(file);
  auto digests = lies.header.strings(tag::kFileDigests);
  digests[5][0] = digests[5][0] == '0' ? '1' : '0';
  lies.header.set_strings(tag::kFileDigests, digests);
  CHECK(run(file_of(lies)).remarked("digest of \"./usr/share/sample/tool\" is not what"));
}

TEST_CASE("packages that are signed, deltas, of other formats or with unknown sums are left") {
  CHECK(run(sample("signed.src.rpm")).remarked("rpm: signed (RSAHEADER); left as it was"));
  const Bytes file = sample("sample.rpm");
  Bytes newer = file;
  newer[4] = std::byte{4};
  CHECK(run(newer).remarked("of package format 4, which we do not know; left as it was"));
  rpm::Package delta = package_of(file);
  delta.header.set_strings(tag::kPayloadFormat, {"drpm"});
  CHECK(run(file_of(delta)).remarked("its payload is no cpio archive but drpm; left as it was"));
  rpm::Package packed = package_of(file);
  packed.header.set_strings(tag::kPayloadCompressor, {"brotli"});
  CHECK(run(file_of(packed)).remarked("its payload is packed by brotli; left as it was"));
  Bytes unknown = file;
  unknown[96 + 16 + 16 + 2] = std::byte{2};  // SHA1HEADER, 269, becomes 525
  CHECK(run(unknown).remarked("its signature header holds tag 525, which may be a sum"));
}

TEST_CASE("without its signature a package is what it was before it was signed") {
  Rules strip = rules_with_epoch();
  strip.signed_files = SignedFiles::strip;
  const Outcome outcome = run(sample("signed.src.rpm"), "a.rpm", strip);
  CHECK(outcome.found("signature"));
  CHECK(outcome.bytes == normal(sample("sample.src.rpm")));
}

TEST_CASE("many names that share a long folder cost a warning, not memory") {
  const Bytes file = sample("plain.rpm");
  rpm::Package package = package_of(file);
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back(std::to_string(i));
  package.header.set_strings(tag::kBaseNames, names);
  package.header.set_strings(tag::kDirNames, {std::string(100'000, '/')});
  package.header.set_numbers(tag::kDirIndexes, std::vector<std::uint64_t>(1000));
  Rules rules = rules_with_epoch();
  rules.limits.expansion_floor = 1 << 20;
  CHECK(run(file_of(package), "a.rpm", rules).remarked("rpm: unpacks to more than the limit"));
}

TEST_CASE("random changes under sums that hold are survived, and what they become is normal") {
  std::uint32_t state = 12'345;
  const auto random = [&](std::size_t below) {
    state = state * 1'664'525 + 1'013'904'223;  // Numerical Recipes' generator
    return (state >> 8) % below;
  };
  std::size_t changed = 0;
  for (const char* name : {"sample.rpm", "plain.rpm", "stripped.rpm", "sample.src.rpm"}) {
    CAPTURE(std::string(name));
    const Bytes file = sample(name);
    const rpm::Package whole = package_of(file);
    const std::size_t payload = whole.payload.size();
    const std::size_t start = file.size() - payload - whole.header.write().size();
    const std::size_t end = file.size() - (name == "plain.rpm"s ? 0 : payload);
    for (int round = 0; round < 3000; ++round) {
      Bytes hostile = file;
      for (std::size_t flips = 1 + random(3); flips > 0; --flips)
        hostile[start + random(end - start)] = static_cast<std::byte>(random(256));
      try {
        hostile = file_of(package_of(hostile));
      } catch (const std::exception&) {
        continue;
      }
      const Outcome once = run(hostile, name);
      if (!once.changed()) continue;
      ++changed;
      CHECK_FALSE(once.findings.empty());
      CHECK(run(once.bytes, name).outcome == Result::Outcome::already_normal);
    }
  }
  CHECK(changed > 1000);
}

TEST_CASE("the fixtures of rpmbuild end identical") {
  if (shared_fixtures().empty()) return;
  Rules early;
  early.epoch = 1'700'000'000;  // before they were made
  Rules strict = early;
  strict.profile = Profile::strict;
  for (const auto& [folder, name] :
       {std::pair("flat", "tiny-1.2-1.x86_64.rpm"), std::pair("nested", "nest-0.3-1.x86_64.rpm")}) {
    CAPTURE(std::string(name));
    const auto fixtures = shared_fixtures() / "packages" / "rpmbuild" / folder;
    const Bytes a = read_file(fixtures / "a" / name), b = read_file(fixtures / "b" / name);
    REQUIRE(a != b);
    for (const Rules& rules : {early, Rules{}, strict}) {
      const Bytes after = normal(a, name, rules);
      CHECK(after == normal(b, name, rules));
      CHECK(run(after, name, rules).outcome == Result::Outcome::already_normal);
    }
  }
}
