#include <doctest/doctest.h>

#include <cstdio>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

/// One header block, in the form that GNU tar gives its ustar archives.
struct Member {
  std::string_view name;
  std::string_view data = "";
  char type = '0';
  unsigned mode = 0644;
  unsigned uid = 0, gid = 0;
  std::int64_t mtime = kEpoch;
  std::string_view linkname = "";
  std::string_view magic = "ustar\00000"sv;
  std::string_view uname = "", gname = "", prefix = "";
  std::string_view devices = "0000000\0000000000\0"sv;
};

std::string octal(std::int64_t value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*llo", digits, static_cast<unsigned long long>(value));
  return text;
}

void put(std::string& block, std::size_t offset, std::string_view text) {
  block.replace(offset, text.size(), text);
}

void sum(std::string& block) {
  put(block, 148, "        ");
  unsigned total = 0;
  for (const char c : block.substr(0, 512)) total += static_cast<unsigned char>(c);
  put(block, 148, octal(total, 6) + std::string("\0 ", 2));
}

std::string member(const Member& m) {
  std::string block(512, '\0');
  put(block, 0, m.name);
  put(block, 100, octal(m.mode, 7));
  put(block, 108, octal(m.uid, 7));
  put(block, 116, octal(m.gid, 7));
  put(block, 124, octal(static_cast<std::int64_t>(m.data.size()), 11));
  put(block, 136, octal(m.mtime, 11));
  block[156] = m.type;
  put(block, 157, m.linkname);
  put(block, 257, m.magic);
  put(block, 265, m.uname);
  put(block, 297, m.gname);
  put(block, 329, m.devices);
  put(block, 345, m.prefix);
  sum(block);
  return block + std::string(m.data) + std::string((512 - m.data.size() % 512) % 512, '\0');
}

std::string record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (rest + std::to_string(length).size() != length) ++length;
  return std::to_string(length) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

std::string pax(const std::string& records, std::string_view name = "././@PaxHeader") {
  return member({.name = name, .data = records, .type = 'x'});
}

const std::string kEnd(1024, '\0');

Bytes archive(const std::string& members) { return bytes(members + kEnd); }

std::string text(const Bytes& content) { return std::string(as_text(content)); }

bool is_left(const Bytes& file, std::string_view reason) {
  const Outcome outcome = run(file, "a.tar");
  return outcome.bytes == file && outcome.remarked(reason) && outcome.remarked("left as it was");
}

}  // namespace

TEST_CASE("tar: what memory held behind records of pax is cleared, and told") {
  for (const std::string name : {"pax", "git"}) {  // records of members, and global ones
    Bytes archive = normal(read_file(data_folder() / "tar" / (name + ".tar")));
    const std::string_view text = as_text(archive);
    const std::size_t found = text.find(name == "git" ? "pax_global_header" : "PaxHeader");
    REQUIRE(found != std::string_view::npos);
    const std::size_t block = found / 512 * 512;
    REQUIRE(archive[block + 2 * 512 - 1] == std::byte{0});
    const Bytes clean = archive;
    archive[block + 2 * 512 - 1] = std::byte{'x'};
    const Outcome outcome = run(archive);
    CHECK(outcome.bytes == clean);
    CHECK(outcome.findings.size() == 1);
  }
}

TEST_CASE("tar: the same tree packed by two users on two days becomes the same bytes") {
  const Bytes monday = archive(member({.name = "a",
                                       .mode = 0664,
                                       .uid = 1000,
                                       .gid = 1000,
                                       .mtime = kEpoch + 1,
                                       .uname = "alice",
                                       .gname = "users"}));
  const Bytes tuesday = archive(member({.name = "a", .gid = 100, .mtime = kEpoch + 9}));
  CHECK(normal(monday) == normal(tuesday));
  CHECK(normal(monday) == archive(member({.name = "a"})));
}

TEST_CASE("tar: an older time stays, and without an epoch all become zero") {
  const Bytes old = archive(member({.name = "a", .mtime = 7}));
  CHECK(normal(old) == old);
  CHECK(normal(old, "a.tar", Rules{}) == archive(member({.name = "a", .mtime = 0})));
}

TEST_CASE("tar: group and other write go, and under strict all but 0755 and 0644") {
  const auto with = [](unsigned mode) { return archive(member({.name = "a", .mode = mode})); };
  CHECK(normal(with(0777)) == with(0755));
  CHECK(normal(with(0100664)) == with(0100644));
  const auto strict = [&](unsigned mode) {
    return text(normal(with(mode), "a.tar", strict_rules())).substr(100, 7);
  };
  CHECK(strict(0100464) == "0000644");
  CHECK(strict(0710) == "0000755");
}

TEST_CASE("tar: who sets a special bit has chosen the other bits too") {
  const Bytes folder = archive(member({.name = "tmp/", .type = '5', .mode = 01777}));
  CHECK(normal(folder) == folder);
  const Bytes program = archive(member({.name = "su", .mode = 04755}));
  CHECK(normal(program, "a.tar", strict_rules()).size() == 10240);
  CHECK(text(normal(program, "a.tar", strict_rules())).substr(100, 7) == "0004755");
}

TEST_CASE("tar: a program that runs with its owner's rights does not become root's") {
  const Bytes theirs = archive(member({.name = "a", .mode = 04755, .uid = 33, .uname = "www"}));
  for (const Rules& rules : {rules_with_epoch(), strict_rules()}) {
    const Outcome outcome = run(theirs, "a.tar", rules);
    CHECK(text(outcome.bytes).substr(108, 7) == "0000041");
    CHECK(text(outcome.bytes).substr(265, 3) == "www");
    CHECK(outcome.remarked("a set-ID bit makes its owner matter: 33:0 www: stays"));
  }
  const Bytes big = archive(pax(record("uid", "70000000") + record("atime", "1")) +
                            member({.name = "a", .mode = 06755, .uid = 1}));
  CHECK(text(normal(big)).find("uid=70000000") != std::string::npos);
}

TEST_CASE("tar: members are sorted by name as bytes, folders before what they hold") {
  const std::string folder = member({.name = "a/", .type = '5', .mode = 0755}),
                    inner = member({.name = "a/x", .data = "1"}), dot = member({.name = "a.b"}),
                    high = member({.name = "\xff"});
  const Bytes sorted = archive(dot + folder + inner + high);
  CHECK(normal(archive(high + folder + inner + dot)) == sorted);
  CHECK(normal(archive(folder + inner + dot + high)) == sorted);
  const Outcome outcome = run(archive(high + dot));
  REQUIRE(outcome.found("order of members"));
  CHECK(outcome.findings.front().field->hint == "tar --sort=name");
}

TEST_CASE("tar: of two members with one name the later one stays the later one") {
  const std::string first = member({.name = "b", .data = "old"}),
                    second = member({.name = "b", .data = "new"}), a = member({.name = "a"});
  CHECK(normal(archive(first + second + a)) == archive(a + first + second));
}

TEST_CASE("tar: of a group of hard links the first name becomes the file") {
  const auto packed = [](std::string_view file, std::string_view one, std::string_view two) {
    return archive(member({.name = file, .data = "data"}) +
                   member({.name = one, .type = '1', .linkname = file}) +
                   member({.name = two, .type = '1', .linkname = file}));
  };
  const Bytes sorted = packed("a", "b", "c");
  CHECK(normal(packed("c", "b", "a")) == sorted);
  CHECK(normal(packed("b", "c", "a")) == sorted);
  CHECK(normal(sorted) == sorted);
  CHECK(run(packed("c", "b", "a")).found("hard link"));
}

TEST_CASE("tar: a chain of hard links is a group, too") {
  const Bytes chain = archive(member({.name = "c", .data = "data"}) +
                              member({.name = "b", .type = '1', .linkname = "c"}) +
                              member({.name = "a", .type = '1', .linkname = "b"}));
  CHECK(normal(chain) == archive(member({.name = "a", .data = "data"}) +
                                 member({.name = "b", .type = '1', .linkname = "a"}) +
                                 member({.name = "c", .type = '1', .linkname = "a"})));
}

TEST_CASE("tar: long names of hard links trade places in the encoding they have") {
  const std::string shorter(100, 'm'), longer(101, 'z');
  const auto gnu = [](std::string_view name, std::string_view data, char type,
                      std::string_view link = "") {
    return member({.name = name,
                   .data = data,
                   .type = type,
                   .linkname = link,
                   .magic = "ustar  \0"sv,
                   .devices = ""});
  };
  const std::string link_name = longer + '\0';
  // The file is the long one here; the short one is a link and needs a 'K' in front.
  const Bytes reversed =
      archive(gnu("././@LongLink", link_name, 'L') + gnu(longer.substr(0, 100), "data", '0') +
              gnu("././@LongLink", link_name, 'K') + gnu(shorter, "", '1', longer.substr(0, 100)));
  const Bytes sorted = archive(gnu(shorter, "data", '0') + gnu("././@LongLink", link_name, 'L') +
                               gnu(longer.substr(0, 100), "", '1', shorter));
  CHECK(normal(reversed) == sorted);
  CHECK(normal(sorted) == sorted);
}

TEST_CASE("tar: a hard link to a long name is written as tar writes it") {
  if (!have_tool("tar")) return;
  const TempTree tree;
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ", longer(120, 'a');
  REQUIRE(run_command(in_tree + "echo data >b && ln b " + longer).status == 0);
  for (const std::string format : {"gnu", "pax"}) {
    const auto packed = [&](const std::string& names) {
      const std::string pack = "tar --format=" + format + " -b 1 -cf x.tar " + names;
      REQUIRE(run_command(in_tree + pack).status == 0);
      return read_file(tree / "x.tar");
    };
    CHECK(normal(packed("b " + longer)) == normal(packed(longer + " b")));
  }
}

TEST_CASE("tar: where another order could change what is extracted, it stays, and that is said") {
  const auto kept = [](const std::string& members, std::string_view reason) {
    const Outcome outcome = run(archive(members));
    return outcome.bytes == archive(members) && outcome.remarked("members keep their order") &&
           outcome.remarked(reason);
  };
  const std::string a = member({.name = "a"});
  CHECK(kept(member({.name = "lib", .type = '2', .mode = 0777, .linkname = "usr"}) +
                 member({.name = "lib/x"}) + a,
             "below a member that is no folder"));
  CHECK(kept(member({.name = "./b"}) + member({.name = "b"}) + a, "are one place"));
  CHECK(kept(member({.name = "c"}) + member({.name = "b/../c"}), "\"..\""));
  CHECK(kept(member({.name = "z", .type = '1', .linkname = "y"}) + a, "no target in front of it"));
  CHECK(kept(member({.name = "y"}) + member({.name = "z", .type = '1', .linkname = "./y"}) + a,
             "no target in front of it"));
  CHECK(kept(member({.name = "b"}) + member({.name = "c", .type = '1', .linkname = "b"}) +
                 member({.name = "b"}) + a,
             "no target"));
  CHECK(kept(member({.name = "z"}) + member({.name = "._a", .data = "attributes"}) + a,
             "belongs to the member behind it"));
  CHECK(kept(member({.name = "b"}) +
                 member({.name = "g", .data = record("comment", "x"), .type = 'g'}) + a,
             "global header"));
}

TEST_CASE("tar: of pax records the noise goes, the rest stays, and an empty header goes whole") {
  const std::string noise = record("mtime", "1704164645.123") + record("atime", "5") +
                            record("ctime", "6.7") + record("uid", "70000000") +
                            record("uname", "alice") + record("SCHILY.ino", "9");
  const std::string kept = record("SCHILY.xattr.user.note", "v\0x"sv) +
                           record("SCHILY.acl.access", "user::rw-") +
                           record("RHT.security.selinux", "label") + record("VENDOR.key", "value");
  const std::string file = member({.name = "a", .data = "data"});
  CHECK(normal(archive(pax(noise) + file)) == archive(file));
  CHECK(normal(archive(pax(noise + kept) + file)) == archive(pax(kept) + file));
  const Outcome outcome = run(archive(pax(noise) + file));
  REQUIRE(outcome.found("pax header"));
  for (const std::string& empty : {pax(""), member({.name = "g", .type = 'g'})}) {
    const Outcome of_none = run(archive(empty + file));
    CHECK(of_none.bytes == archive(file));
    CHECK(of_none.found("pax header"));
  }
}

TEST_CASE("tar: attributes of origin go in strict, capabilities, ACLs, labels and others stay") {
  const std::string origin = record("SCHILY.xattr.user.xdg.origin.url", "https://x") +
                             record("LIBARCHIVE.xattr.com.apple.provenance", "AQ") +
                             record("SCHILY.xattr.com.apple.quarantine", "0081;Safari");
  const std::string kept =
      record("SCHILY.xattr.security.capability", "\1\0\0\2"sv) +
      record("SCHILY.acl.access", "user::rw-") + record("SCHILY.acl.default", "user::rwx") +
      record("RHT.security.selinux", "label") + record("SCHILY.xattr.user.overlay.opaque", "y") +
      record("SCHILY.xattr.user.note", "v");
  const std::string file = member({.name = "a", .data = "data"});
  const Bytes noisy = archive(pax(origin + kept) + file);
  const Outcome outcome = run(noisy, "a.tar", strict_rules());
  CHECK(outcome.bytes == normal(archive(pax(kept) + file), "a.tar", strict_rules()));
  CHECK(outcome.bytes != normal(archive(file), "a.tar", strict_rules()));
  CHECK(outcome.found("pax header"));
  CHECK(normal(noisy) == noisy);
  CHECK(normal(archive(pax(origin) + file), "a.tar", strict_rules()) ==
        normal(archive(file), "a.tar", strict_rules()));
}

TEST_CASE("tar: the time in a pax record counts, not the header's") {
  const auto with = [](std::string_view time) {
    return archive(pax(record("mtime", time)) + member({.name = "a", .mtime = 0}));
  };
  CHECK(normal(with("1704164640.9")) == archive(member({.name = "a", .mtime = kEpoch - 5})));
  CHECK(normal(with("1900000000.1")) == archive(member({.name = "a"})));
  CHECK(normal(with("-0.5")) == archive(member({.name = "a", .mtime = 0})));
}

TEST_CASE("tar: git's commit id stays in front") {
  const std::string global = member(
      {.name = "pax_global_header", .data = record("comment", std::string(40, 'a')), .type = 'g'});
  const std::string a = member({.name = "a"}), b = member({.name = "b"});
  CHECK(normal(archive(global + b + a)) == archive(global + a + b));
}

TEST_CASE("tar: a global time is written into the members it holds for") {
  const std::string global =
      member({.name = "g", .data = record("mtime", "1900000000"), .type = 'g'});
  CHECK(normal(archive(global + member({.name = "a", .mtime = 3}))) ==
        archive(member({.name = "a"})));
}

TEST_CASE("tar: a global header of noise alone goes, wherever it stands") {
  const std::string global =
      member({.name = "g", .data = record("atime", "1900000000"), .type = 'g'});
  CHECK(normal(archive(member({.name = "b"}) + global + member({.name = "a"}))) ==
        archive(member({.name = "a"}) + member({.name = "b"})));
}

TEST_CASE("tar: process numbers go from the names of pax headers") {
  const std::string path = record("path", std::string(120, 'n'));
  const auto with = [&](std::string_view name) {
    return archive(pax(path, name) + member({.name = std::string(100, 'n')}));
  };
  const Bytes after = with("./PaxHeaders/" + std::string(87, 'n'));
  CHECK(normal(with("./PaxHeaders.123/" + std::string(83, 'n'))) == after);
  CHECK(normal(with("./PaxHeaders.99999/" + std::string(81, 'n'))) == after);
  CHECK(normal(after) == after);
  const Bytes python = with("././@PaxHeader");
  CHECK(normal(python) == python);
}

TEST_CASE("tar: numbers in other writers' forms take one form") {
  std::string spaced = member({.name = "a"});
  put(spaced, 100, "000644 \0"sv);
  put(spaced, 108, "     0 \0"sv);
  put(spaced, 116, "\0\0\0\0\0\0\0\0"sv);
  put(spaced, 124, "          0 ");
  put(spaced, 136, "\x80\0\0\0\0\0\0\0\x65\x93\x7d\x25"sv);  // kEpoch in base 256
  sum(spaced);
  const Outcome outcome = run(archive(spaced));
  CHECK(outcome.bytes == archive(member({.name = "a"})));
  CHECK(outcome.found("number fields"));
}

TEST_CASE("tar: what memory held behind names and data becomes zeros") {
  std::string dirty = member({.name = "a", .data = "data"});
  put(dirty, 3, "junk");
  put(dirty, 600, "junk");
  sum(dirty);
  const Outcome outcome = run(archive(dirty));
  CHECK(outcome.bytes == archive(member({.name = "a", .data = "data"})));
  CHECK(outcome.found("padding"));
}

TEST_CASE("tar: only devices have device numbers") {
  const Member device{.name = "d", .type = '3', .devices = "0000005\0000000001\0"sv};
  CHECK(normal(archive(member(device))) == archive(member(device)));
  CHECK(normal(archive(member({.name = "f", .devices = "0000005\0000000001\0"sv}))) ==
        archive(member({.name = "f"})));
}

TEST_CASE("tar: device numbers that a tar wrote for files go in safe and strict, mknod's stay") {
  if (!have_tool("python3")) return;
  const TempTree tree;
  const auto packed = [&](const std::string& form, int device) {
    const std::string command =
        "cd " + shell_word(tree.string()) + " && python3 -c \"import io, tarfile\n" +
        "with tarfile.open('a.tar', 'w', format=tarfile." + form + ") as tar:\n" +
        "  for name, type in [('null', tarfile.CHRTYPE), ('z', tarfile.REGTYPE)]:\n" +
        "    info = tarfile.TarInfo(name); info.type = type\n" +
        "    info.devmajor, info.devminor = (1, 3) if name == 'null' else (8, " +
        std::to_string(device) + ")\n    tar.addfile(info)\"";
    REQUIRE(run_command(command).status == 0);
    Bytes file = read_file(tree / "a.tar");
    // Python writes numbers for devices alone, other tars for all: those of stat().
    std::string block(as_text(file));
    put(block, 512 + 329, "0000010\0"sv);
    put(block, 512 + 337, octal(device, 7));
    std::string header = block.substr(512, 512);
    sum(header);
    return bytes(block.replace(512, 512, header));
  };
  for (const std::string form : {"USTAR_FORMAT", "GNU_FORMAT", "PAX_FORMAT"})
    for (const Rules& rules : {rules_with_epoch(), strict_rules()}) {
      const Bytes one = packed(form, 1), two = packed(form, 17);
      REQUIRE(one != two);
      const Bytes after = normal(one, "a.tar", rules);
      CHECK(after == normal(two, "a.tar", rules));
      tree.file("b.tar", after);
      const std::string listed =
          run_command("tar tvf " + shell_word((tree / "b.tar").string())).output;
      CHECK(listed.find(" 1,3 ") != std::string::npos);
    }
  CHECK(run(packed("GNU_FORMAT", 1), "a.tar").found("devmajor, devminor"));
}

TEST_CASE("tar: access times in GNU and star headers go") {
  std::string gnu = member({.name = "a", .magic = "ustar  \0"sv, .devices = ""});
  const Bytes clean = archive(gnu);
  put(gnu, 345, "14544676445\00014544676445\0"sv);
  sum(gnu);
  CHECK(normal(archive(gnu)) == clean);
}

TEST_CASE("tar: a member that changes size gets it written wherever it stands") {
  const std::string noisy = text(noisy_gzip("hello")), calm = text(normal(noisy_gzip("hello")));
  REQUIRE(noisy.size() != calm.size());
  const auto with = [](const std::string& data, bool record_too) {
    return archive((record_too ? pax(record("size", std::to_string(data.size()))) : "") +
                   member({.name = "a.gz", .data = data}) + member({.name = "b", .data = "data"}));
  };
  CHECK(normal(with(noisy, false)) == with(calm, false));
  CHECK(normal(with(noisy, true)) == with(calm, true));
  CHECK(run(with(noisy, false)).findings.front().member == "a.gz");
}

TEST_CASE("tar: a sparse member is not taken for the file it stands for") {
  const std::string noisy = text(noisy_gzip("hello"));
  const Bytes file =
      archive(pax(record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0") +
                  record("GNU.sparse.name", "a.gz") + record("GNU.sparse.realsize", "1000")) +
              member({.name = "GNUSparseFile.12/a.gz", .data = noisy}));
  const std::string after = text(normal(file));
  CHECK(after.find(noisy) != std::string::npos);
  CHECK(after.find("GNU.sparse.realsize=1000") != std::string::npos);
  CHECK(after.find("GNUSparseFile.12") == std::string::npos);
}

TEST_CASE(
    "tar: an archive in records of 10 KiB stays in them, one with two blocks at the end too") {
  const std::string file = member({.name = "a", .data = "data"});
  const std::string padded =
      pax(record("atime", "1.5")) + file + std::string(10240 - 4 * 512, '\0');
  CHECK(normal(bytes(padded)) == bytes(file + std::string(10240 - 2 * 512, '\0')));
  CHECK(normal(archive(file)) == archive(file));
  CHECK(normal(archive(file), "a.tar", strict_rules()) ==
        bytes(file + std::string(10240 - 2 * 512, '\0')));
}

TEST_CASE("tar: an archive that fills records by chance once normal stays normal") {
  const std::string blocks(10240 - 3 * 512, 'x');
  const std::string file = pax(record("atime", "1")) + member({.name = "a", .data = blocks});
  const Bytes once = normal(bytes(file + std::string(512, '\0')));
  CHECK(once.size() == 10240 - 512);
  const Bytes full =
      bytes(member({.name = "a", .data = blocks + std::string(512, 'x')}) + std::string(512, '\0'));
  REQUIRE(full.size() == 10240);
  CHECK(normal(full) == full);
}

TEST_CASE("tar: an archive without end mark stays without") {
  const std::string a = member({.name = "a", .data = "1"}), b = member({.name = "b"});
  CHECK(normal(bytes(b + a)) == bytes(a + b));
}

TEST_CASE("tar: what stands behind the end mark keeps the archive as it is") {
  const std::string file = member({.name = "a", .mtime = kEpoch + 1});
  CHECK(is_left(bytes(file + kEnd + file + kEnd), "behind the end mark"));
  CHECK(is_left(bytes(file + kEnd + "d41d8cd98f00b204e9800998ecf8427e  a.tar\n"), "digest"));
}

TEST_CASE("tar: incremental and multi-volume archives are left alone") {
  for (const char type : {'D', 'M', 'V', 'N', 'A'})
    CHECK(is_left(archive(member({.name = "a", .type = type, .mtime = kEpoch + 1})), "has type"));
  for (const std::string_view key : {"GNU.volume.filename", "GNU.dumpdir"})
    CHECK(is_left(archive(pax(record(key, "x")) + member({.name = "a", .mtime = kEpoch + 1})),
                  "incremental or multi-volume"));
  CHECK(is_left(archive(member({.name = "a", .data = "x"}) +
                        member({.name = "b", .data = "x", .type = '1', .linkname = "a"})),
                "has a size"));
}

TEST_CASE("tar: packages that keep sums of their files are left alone") {
  for (const std::string_view name :
       {"+CONTENTS", "+COMPACT_MANIFEST", "+BUILD_INFO", ".SIGN.RSA.key.rsa.pub", ".PKGINFO",
        ".BUILDINFO", "checksums.yaml.gz", "oci-layout", "blobs/sha256/00", "disk.ovf"})
    CHECK(is_left(archive(member({.name = name, .mtime = kEpoch + 1})), "left as it was"));
}

TEST_CASE("tar: npm and cargo packages are normal as made, but for what is in their members") {
  const auto npm = [](const std::string& data) {
    return archive(member({.name = "package/package.json", .mtime = 499'162'500}) +
                   member({.name = "package/a.gz", .data = data, .mtime = 499'162'500}));
  };
  const std::string noisy = text(noisy_gzip("hello")), calm = text(normal(noisy_gzip("hello")));
  for (const Rules& rules : {Rules{}, rules_with_epoch(), strict_rules()}) {
    CHECK(run(npm("x"), "a.tar", rules).outcome == Result::Outcome::already_normal);
    CHECK(run(npm("x"), "a.tar", rules).remarks.empty());
  }
  CHECK(normal(npm(noisy)) == npm(calm));
}

TEST_CASE("tar: a V7 archive is known by its sum, and zeros are nobody's") {
  const Bytes v7 = archive(member(
      {.name = "a", .data = "1", .type = '\0', .mtime = kEpoch + 1, .magic = "", .devices = ""}));
  const Outcome outcome = run(v7);
  CHECK(outcome.format == "tar");
  CHECK(outcome.changed());
  Bytes wrong = v7;
  wrong[0] = std::byte{'b'};
  CHECK(run(wrong).outcome == Result::Outcome::not_ours);
  CHECK(run(Bytes(10240)).outcome == Result::Outcome::not_ours);
}

TEST_CASE("tar: damage is named with its field and offset") {
  const std::string file = member({.name = "a", .data = std::string(600, 'x')});
  CHECK(run(bytes(file.substr(0, 600))).remarked("data needs 600 bytes, 88 are left (at 0x200)"));
  std::string wrong_sum = file;
  wrong_sum[0] = 'b';
  CHECK(run(bytes(wrong_sum)).remarked("chksum does not match the header (at 0x94)"));
  std::string wrong_size = member({.name = "a"});
  put(wrong_size, 124, "12x");
  sum(wrong_size);
  CHECK(run(bytes(wrong_size)).remarked("size is not a number (at 0x7c)"));
  CHECK(run(archive(pax("9 a=b\n") + member({.name = "a"}))).remarked("pax record"));
  CHECK(run(bytes(pax(record("path", "x")) + kEnd)).remarked("in front of nothing"));
  const Bytes huge = archive(pax(record("size", "18446744073709551615")) + member({.name = "a"}));
  CHECK(run(huge).remarked("data needs 18446744073709551615 bytes"));
}

namespace {

/// What some tar finds in an archive once extracted: kind, mode, size, link, sum and inode of each.
std::string extracted(const TempTree& tree, const std::string& command, const std::string& file) {
  const std::string folder = (tree / "out").string();
  run_command("rm -rf " + folder + "; mkdir " + folder + "; " + command + " " + file + " -C " +
              folder);
  return run_command("cd " + folder +
                     " && find . -mindepth 1 | LC_ALL=C sort | while IFS= read -r f; do stat -c "
                     "'%N %F %s %h %t:%T' \"$f\"; [ -f \"$f\" ] && cksum <\"$f\"; "
                     "getfattr -d -- \"$f\" 2>/dev/null; done")
      .output;
}

void make_tree(const TempTree& tree) {
  tree.file("t/sub/file", "hello");
  tree.file("t/a.b", "x");
  tree.folder("t/a");
  tree.file("t/" + std::string(150, 'n'), "long");
  tree.file("t/sub/" + std::string(200, 'p'), "longer");
  tree.file("t/latin\xe9", "not UTF-8");
  tree.file("t/\xc3\xbc", "UTF-8");
  const std::string commands =
      "cd " + (tree / "t").string() + " && ln -s sub/file zlink && ln -s " + std::string(180, 'q') +
      " along && ln sub/file AAA && ln sub/file zzz && truncate -s 300k hole && "
      "truncate -s 200k sparse && printf mid | dd of=sparse bs=1 seek=100000 conv=notrunc "
      "2>/dev/null && mkfifo pipe && chmod 666 a.b && mkdir tmp && chmod 1777 tmp && "
      "chmod 4755 zzz";
  REQUIRE(run_command(commands).status == 0);
  run_command("cd " + (tree / "t").string() +
              " && setfattr -n user.note -v hello a.b; mknod dev c 5 1; true");
}

}  // namespace

TEST_CASE("tar: what real tars wrote is extracted to the same tree by real tars") {
  const TempTree tree;
  make_tree(tree);
  struct Packer {
    std::string tool, command;
  };
  const std::vector<Packer> packers{
      {"tar", "tar -cf"},
      {"tar", "tar -S -cf"},
      {"tar", "tar --format=pax --xattrs -S -cf"},
      {"tar", "tar --format=pax -S --sparse-version=0.0 -cf"},
      {"tar", "tar --format=pax -S --sparse-version=0.1 -cf"},
      {"tar", "tar --format=ustar -cf"},
      {"tar", "tar --format=v7 -cf"},
      {"bsdtar", "bsdtar --format=pax -cf"},
      {"bsdtar", "bsdtar --format=gnutar -cf"},
      {"busybox", "busybox tar -cf"},
      {"python3",
       "python3 -c 'import sys,tarfile\nt=tarfile.open(sys.argv[1],\"w\",format=tarfile."
       "PAX_FORMAT)\nt.add(\"t\")'"},
      {"python3",
       "python3 -c 'import sys,tarfile\nt=tarfile.open(sys.argv[1],\"w\",format=tarfile."
       "GNU_FORMAT)\nt.add(\"t\")'"},
  };
  const std::vector<Packer> unpackers{{"tar", "tar --xattrs --xattrs-include='*' -xf"},
                                      {"bsdtar", "bsdtar -xf"}};
  const std::string before = (tree / "before.tar").string(), after = (tree / "after.tar").string();
  Rules rules;
  rules.epoch = 1'000'000'000;
  for (const Packer& packer : packers) {
    CAPTURE(packer.command);
    if (!have_tool(packer.tool)) continue;
    run_command("cd " + tree.string() + " && rm -f before.tar && " + packer.command +
                " before.tar t");
    const Outcome outcome = run(read_file(before), "before.tar", rules);
    REQUIRE(outcome.changed());
    CHECK(normal(outcome.bytes, "before.tar", rules) == outcome.bytes);
    write_file(after, outcome.bytes);
    for (const Packer& unpacker : unpackers)
      if (have_tool(unpacker.tool))
        CHECK(extracted(tree, unpacker.command, before) ==
              extracted(tree, unpacker.command, after));
  }
}

TEST_CASE("tar: GNU tar finds nothing to sort or clamp in what we wrote, and we not in its own") {
  if (!have_tool("tar")) return;
  const TempTree tree;
  tree.file("t/b.txt", "hello");
  tree.file("t/a", "x");
  REQUIRE(run_command("cd " + tree.string() +
                      " && tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1000000000 "
                      "--mode=go-w --format=ustar -cf clean.tar t")
              .status == 0);
  const Bytes clean = read_file(tree / "clean.tar");
  CHECK(normal(clean, "clean.tar") == clean);
}

TEST_CASE("tar: git finds its commit id in a normalized archive") {
  if (!have_tool("git")) return;
  const TempTree tree;
  tree.file("r/file", "hello");
  REQUIRE(run_command("cd " + (tree / "r").string() +
                      " && git init -q . && git add file && git -c user.name=n -c user.email=n@n "
                      "-c commit.gpgsign=false commit -qm first && git archive -o ../a.tar HEAD")
              .status == 0);
  const Outcome outcome = run(read_file(tree / "a.tar"), "a.tar", Rules{});
  REQUIRE(outcome.changed());
  write_file(tree / "b.tar", outcome.bytes);
  const auto commit_of = [&](const std::string& name) {
    return run_command("git get-tar-commit-id <" + (tree / name).string()).output;
  };
  CHECK(commit_of("b.tar").size() == 41);
  CHECK(commit_of("a.tar") == commit_of("b.tar"));
}

TEST_CASE("tar: pairs of real packages that differ in noise end as the same bytes") {
  const auto fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  Rules rules;
  rules.epoch = 1'600'000'000;
  Rules strict = rules;
  strict.profile = Profile::strict;
  for (const std::string_view pair :
       {"tar-gnu/flat/%/tiny.tar.gz", "sdist-setuptools/flat/%/tiny-fixture-1.2.tar.gz",
        "readdir-order/tar/%/tiny.tar.gz", "opkg-build/flat/%/tiny_1.2_all.ipk"}) {
    CAPTURE(pair);
    std::string a(pair), b(pair);
    a.replace(a.find('%'), 1, "a");
    b.replace(b.find('%'), 1, "b");
    const Bytes one = read_file(fixtures / "packages" / a),
                two = read_file(fixtures / "packages" / b);
    REQUIRE(one != two);
    for (const Rules& chosen : {Rules{}, rules, strict})
      CHECK(normal(one, a, chosen) == normal(two, b, chosen));
  }
}

TEST_CASE("tar: modes that no umask made stay: of devices and of shared folders") {
  const Bytes chosen = archive(
      member({.name = "null", .type = '3', .mode = 0666, .devices = "0000001\0000000003\0"sv}) +
      member({.name = "tmp/", .type = '5', .mode = 01777}));
  CHECK(normal(chosen) == chosen);
  CHECK_FALSE(run(chosen, "file", strict_rules()).found("mode"));
}

TEST_CASE("tar: owners stay as far as the rules want them") {
  const std::string pax_names = pax(record("uid", "1000") + record("uname", "b\xc3\xa9"));
  const Bytes mixed =
      archive(member({.name = "a", .uid = 33, .gid = 1000, .uname = "www", .gname = "users"}) +
              pax_names + member({.name = "b", .uid = 1000}));
  const auto with = [&](Owners owners) {
    Rules rules = rules_with_epoch();
    rules.owners = owners;
    return run(mixed, "file", rules);
  };
  CHECK(with(Owners::keep).bytes == mixed);
  const Bytes system = with(Owners::system).bytes;
  CHECK(system ==
        archive(member({.name = "a", .uid = 33, .gid = 0, .uname = "www", .gname = "root"}) +
                member({.name = "b", .uname = "root", .gname = "root"})));
  const std::string names = text(with(Owners::names).bytes);
  CHECK(names.starts_with(member({.name = "a", .uname = "www", .gname = "users"})));
  CHECK(names.find("uname=b\xc3\xa9") != std::string::npos);
  CHECK(names.find("uid=") == std::string::npos);
}

TEST_CASE("tar: npm's package is normal as npm made it") {
  const auto fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  const auto path = fixtures / "packages/npm-pack/flat/a/tiny-fixture-1.2.0.tgz";
  CHECK(run(read_file(path), "tiny-fixture-1.2.0.tgz").outcome == Result::Outcome::already_normal);
}

TEST_CASE("tar: a hundred thousand members take no longer than they should") {
  std::string members;
  for (int i = 100'000; i-- > 0;) {
    const std::string name = "folder/file-" + std::to_string(i);
    members += member({.name = name, .uid = 1000});
  }
  const Outcome outcome = run(archive(members));
  CHECK(outcome.changed());
  CHECK(text(outcome.bytes).substr(0, 13) == "folder/file-0");
}

TEST_CASE("tar: an extended header in front of what could not come first is damage") {
  const std::string_view garbage = "cloudsdk\0\0\0\0\0\0\0\0"sv;
  const Bytes file = archive(pax(record("mtime", "1795301517.5")) +
                             member({.name = "t", .magic = "", .devices = garbage}));
  const Outcome outcome = run(file);
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("an extended header stands in front of one that is no tar's"));
}

TEST_CASE("tar: control files of Alpine are known without the comments in front of datahash") {
  const Bytes once = normal(
      archive(
          member({".MTREE", "not packed"}) +
          member({".PKGINFO", "# using fakeroot version 1.31\ndatahash = 00\nbuilddate = 1\n"})),
      "control.tar", strict_rules());
  CHECK(text(once).find("fakeroot") == std::string::npos);
  const Outcome twice = run(once, "control.tar", strict_rules());
  CHECK(twice.outcome == Result::Outcome::already_normal);
  CHECK(twice.remarks.empty());
}
