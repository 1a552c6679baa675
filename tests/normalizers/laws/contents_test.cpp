// What is packed stays what it was, as libarchive reads it: a law for every sample that it reads.

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "normalizers/archive_reader.h"
#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;

namespace {

/// The members of an archive, by name; of several with one name, all their bytes.
using Members = std::map<std::string, Bytes>;

/// Unset where libarchive does not read it.
std::optional<Members> members_of(ByteView bytes) try {
  const Content content = Content::view(bytes);
  ArchiveReader reader(content, [](archive* opened) {
    archive_read_support_filter_all(opened);
    for (const auto support :
         {archive_read_support_format_tar, archive_read_support_format_cpio,
          archive_read_support_format_ar, archive_read_support_format_zip,
          archive_read_support_format_iso9660, archive_read_support_format_cab})
      support(opened);
  });
  Members members;
  while (archive_entry* const entry = reader.next()) {
    Bytes& data = members[ArchiveReader::name_of(entry)];
    reader.read_data(
        [&](ByteView part, std::uint64_t) { data.insert(data.end(), part.begin(), part.end()); });
  }
  return members;
} catch (const ArchiveReader::Unreadable&) {
  return std::nullopt;
}

bool is_told(const Outcome& outcome, const std::string& member) {
  return std::ranges::any_of(outcome.findings, [&](const Finding& finding) {
    return finding.member.find(member) != std::string_view::npos || finding.before == member;
  });
}

void check_same(const Members& before, const Members& after, const Outcome& outcome) {
  for (const auto& [name, data] : after) CHECK_MESSAGE(before.contains(name), name);
  for (const auto& [name, data] : before) {
    const auto found = after.find(name);
    const bool same = found != after.end() && found->second == data;
    CHECK_MESSAGE((same || is_told(outcome, name)), name);
  }
}

}  // namespace

TEST_CASE("libarchive reads the same members from a normal form, but for those that are told of") {
  std::size_t read = 0;
  for (const Rules& rules : {rules_with_epoch(), strict_rules()})
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.format);
      CAPTURE(sample.name);
      const auto before = members_of(sample.bytes);
      if (!before || before->empty()) continue;
      ++read;
      const Outcome outcome = run(sample.bytes, sample.name, rules);
      const auto after = members_of(outcome.bytes);
      REQUIRE(after);
      check_same(*before, *after, outcome);
    }
  CHECK(read > 80);
}
