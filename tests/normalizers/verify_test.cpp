// The second reader has to notice what a faulty normalizer would do to an archive.

#include "normalizers/verify.h"

#include <doctest/doctest.h>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"

using namespace normalize;
using test::bytes;

namespace {

struct Member {
  std::string name;
  std::string data;
};

/// An ar archive in System V's form: the plainest format that libarchive reads.
Content archive(const std::vector<Member>& members) {
  Writer out;
  out.text("!<arch>\n");
  for (const Member& member : members) {
    std::string size = std::to_string(member.data.size());
    std::string name = member.name + "/";
    name.resize(16, ' ');
    size.resize(10, ' ');
    out.text(name + "0           0     0     100644  " + size + "`\n" + member.data);
    if (member.data.size() % 2 != 0) out.text("\n");
  }
  return std::move(out).finish();
}

MemberChange change(const std::string& name, std::string_view before, std::string_view after) {
  return {name, quick_digest(as_bytes(before)), quick_digest(as_bytes(after))};
}

void verify(const Content& before, const Content& after, std::vector<MemberChange> changes = {}) {
  verify_archive(before.to_bytes(), after, changes, Verification::everything);
}

}  // namespace

TEST_CASE("the same members in another order pass") {
  CHECK_NOTHROW(
      verify(archive({{"a", "one"}, {"b", "two"}}), archive({{"b", "two"}, {"a", "one"}})));
}

TEST_CASE("a member lost, added, renamed or altered is noticed") {
  const Content before = archive({{"a", "one"}, {"b", "two"}});
  CHECK_THROWS_AS(verify(before, archive({{"a", "one"}})), VerifyError);
  CHECK_THROWS_AS(verify(before, archive({{"a", "one"}, {"b", "two"}, {"c", ""}})), VerifyError);
  CHECK_THROWS_AS(verify(before, archive({{"a", "one"}, {"c", "two"}})), VerifyError);
  CHECK_THROWS_AS(verify(before, archive({{"a", "one"}, {"b", "twO"}})), VerifyError);
}

TEST_CASE("a member whose mode names no type is a file like any other") {
  const auto typeless = [](const std::string& data) {
    return Content::own(
        bytes("!<arch>\na/              0           0     0     644     3         `\n" + data));
  };
  const Content before = archive({{"a", "one"}});
  CHECK_NOTHROW(verify(before, typeless("one\n")));
  CHECK_THROWS_AS(verify(before, typeless("two\n")), VerifyError);
}

TEST_CASE("a member that was meant to change has to become just that") {
  const Content before = archive({{"a", "one"}, {"b", "two"}});
  const Content after = archive({{"a", "ONE"}, {"b", "two"}});
  CHECK_NOTHROW(verify(before, after, {change("a", "one", "ONE")}));
  CHECK_THROWS_AS(verify(before, after, {change("a", "one", "One")}), VerifyError);
  CHECK_THROWS_AS(verify(before, before, {change("a", "one", "ONE")}), VerifyError);
}

TEST_CASE("of two members with the same bytes one may be left") {
  const Content before = archive({{"a", "one"}, {"b", "one"}});
  const std::vector<MemberChange> changes = {change("a", "one", "ONE")};
  CHECK_NOTHROW(verify(before, archive({{"a", "ONE"}, {"b", "one"}}), changes));
  CHECK_THROWS_AS(verify(before, archive({{"a", "one"}, {"b", "ONE"}}), changes), VerifyError);
}

TEST_CASE("an output that cannot be read is noticed, an input that cannot is not held against it") {
  const Content good = archive({{"a", "one"}});
  const Content bad = Content::own(bytes("!<arch>\n" + std::string(120, '?')));
  CHECK_THROWS_AS(verify(good, bad), VerifyError);
  CHECK_NOTHROW(verify(bad, good));
}

TEST_CASE("the digest of a content does not depend on its pieces") {
  Content content = Content::own(bytes("some "));
  content.append(Content::own(bytes("bytes")));
  CHECK(quick_digest(content) == quick_digest(bytes("some bytes")));
  CHECK(quick_digest(content) != quick_digest(bytes("some byteS")));
}
