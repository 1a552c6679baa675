#include "driver/pack/tar_header.h"

#include <doctest/doctest.h>

#include "driver/pack/acl_text.h"
#include "driver/pack/sparse.h"
#include "normalizers/tar/archive.h"
#include "tests/support/packages.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_literals;

namespace {

/// The only member of an archive with this header.
struct Read {
  Bytes bytes;
  tar::Archive archive;
  const tar::Entry& entry;

  explicit Read(const TarMember& member)
      : bytes(with_data(member)), archive(tar::read_archive(bytes)), entry(archive.entries.at(0)) {
    REQUIRE(archive.entries.size() == 1);
  }
  static Bytes with_data(const TarMember& member) {
    Bytes all = tar_header(member);
    all.resize(all.size() + member.size + tar_padding(member.size));
    const Bytes end = tar_end();
    all.insert(all.end(), end.begin(), end.end());
    return all;
  }
  std::string record(std::string_view key) const {
    return std::string(tar::find_record(entry.records, key).value_or("(none)"));
  }
};

TarMember named(std::string name) {
  TarMember member;
  member.name = std::move(name);
  return member;
}

}  // namespace

TEST_CASE("what ustar has room for needs no extended header") {
  CHECK(tar_header(named("a")).size() == 512);
  CHECK(tar_header(named(std::string(100, 'a'))).size() == 512);
  CHECK(tar_header(named(std::string(155, 'p') + "/" + std::string(100, 'n'))).size() == 512);
  CHECK(tar_header(named("short but \xff")).size() == 512);
}

TEST_CASE("names of every length are read back") {
  for (std::size_t size = 1; size < 600; ++size)
    for (const char* pattern : {"x", "ab/", "twelve bytes/"}) {
      std::string name;
      while (name.size() < size) name += pattern;
      name.resize(size);
      if (name.back() == '/') name.back() = 'e';
      CHECK(Read(named(name)).entry.name == name);
      TarMember folder = named(name + "/");
      folder.type = '5';
      CHECK(Read(folder).entry.name == name + "/");
    }
}

TEST_CASE("long names that are not UTF-8 say so") {
  const Read read(named(std::string(300, '\xe9')));
  CHECK(read.record("hdrcharset") == "BINARY");
  CHECK(read.entry.name == std::string(300, '\xe9'));
  CHECK(Read(named(std::string(300, 'e'))).record("hdrcharset") == "(none)");
}

TEST_CASE("numbers too large for octal digits stand in records, too") {
  TarMember member = named("large");
  member.uid = 5'000'000;
  member.mtime = -5;
  const Read read(member);
  CHECK(read.record("uid") == "5000000");
  CHECK(read.record("mtime") == "-5");
  CHECK(read.record("gid") == "(none)");
}

TEST_CASE("attributes, labels and ACLs have the records that tar and libarchive read") {
  TarMember member = named("a");
  member.attributes = {{"user.a=b%", "value\0 with NUL"s}, {"security.selinux", "label"}};
  const Read read(member);
  CHECK(read.record("SCHILY.xattr.user.a%3Db%25") == "value\0 with NUL"s);
  CHECK(read.record("RHT.security.selinux") == "label");
}

TEST_CASE("an ACL becomes text, a malformed one does not") {
  const std::string acl =
      "\2\0\0\0\1\0\6\0\xff\xff\xff\xff\2\0\4\0\xe8\3\0\0\x10\0\4\0\xff\xff\xff\xff\x20\0\0\0\xff\xff\xff\xff"s;
  CHECK(acl_text(acl) == "user::rw-,user:1000:r--,mask::r--,other::---");
  for (std::size_t size = 0; size < acl.size(); ++size)
    if (size % 8 != 4) CHECK(!acl_text(acl.substr(0, size)));
  CHECK(!acl_text("\3\0\0\0"s));
  CHECK(!acl_text("\2\0\0\0\7\0\6\0\xff\xff\xff\xff"s));
}

TEST_CASE("a sparse map ends where the file does") {
  CHECK(sparse_map({{0, 10}}, 10).substr(0, 7) == "1\n0\n10\n");
  CHECK(sparse_map({{4096, 10}}, 9000).substr(0, 17) == "2\n4096\n10\n9000\n0\n");
  CHECK(sparse_map({}, 9000).substr(0, 9) == "1\n9000\n0\n");
  CHECK(sparse_map({}, 0).size() == 512);
}

TEST_CASE("extents are what they say, however the bytes come") {
  const std::vector<Extent> extents{{2, 3}, {9, 4}};
  const std::string text = "0123456789abcdef";
  for (std::size_t part = 1; part <= text.size(); ++part) {
    ExtentFilter filter(extents);
    std::string kept;
    for (std::size_t at = 0; at < text.size(); at += part)
      filter.add(as_bytes(std::string_view(text).substr(at, part)),
                 [&](ByteView stored) { kept += as_text(stored); });
    CHECK(kept == "2349abc");
  }
}
