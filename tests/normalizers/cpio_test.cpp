#include <doctest/doctest.h>

#include "normalizers/codec/codec.h"
#include "normalizers/cpio/archive.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

struct File {
  std::string name;
  std::string data;
  std::uint32_t mode = 0100644, ino = 0, nlink = 1, mtime = kEpoch;
  std::uint32_t uid = 0, dev = 0;
};

void append(Bytes& out, const File& file, cpio::Form form) {
  cpio::Header header{.form = form};
  header.ino = file.ino;
  header.mode = file.mode;
  header.uid = header.gid = file.uid;
  header.nlink = file.nlink;
  header.mtime = file.mtime;
  header.filesize = file.data.size();
  header.devminor = file.dev;
  header.namesize = static_cast<std::uint32_t>(file.name.size() + 1);
  if (form == cpio::Form::crc)
    for (const char c : file.data) header.check += static_cast<unsigned char>(c);
  const auto add = [&](ByteView part) { out.insert(out.end(), part.begin(), part.end()); };
  const auto pad = [&] {
    while (out.size() % cpio::alignment(form) != 0) out.push_back(std::byte{0});
  };
  add(cpio::header_bytes(header, false));
  add(as_bytes(file.name + '\0'));
  pad();
  add(as_bytes(file.data));
  pad();
}

Bytes archive(const std::vector<File>& files, cpio::Form form = cpio::Form::newc) {
  Bytes out;
  for (const File& file : files) append(out, file, form);
  append(out, {.name = "TRAILER!!!", .mode = 0, .mtime = 0}, form);
  out.resize((out.size() + 511) / 512 * 512);
  return out;
}

std::vector<cpio::Entry> entries_of(const Bytes& bytes) {
  Reader in(bytes);
  return cpio::read_archive(in).entries;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

constexpr std::array kForms = {cpio::Form::newc, cpio::Form::crc, cpio::Form::odc,
                               cpio::Form::binary_little, cpio::Form::binary_big};

}  // namespace

TEST_CASE("cpio: folders of one number are no names of one folder") {
  const File folder{.name = "d", .mode = 040755, .ino = 5, .nlink = 2};
  const Outcome outcome = run(archive({folder, folder, {.name = "d/a", .ino = 6}}));
  CHECK(outcome.changed());
  CHECK(outcome.remarks.empty());
  std::vector<std::uint32_t> numbers;
  for (const cpio::Entry& entry : entries_of(outcome.bytes)) numbers.push_back(entry.header.ino);
  CHECK(numbers == std::vector<std::uint32_t>{1, 2, 3});
  CHECK(run(archive({folder, {.name = "a", .ino = 5, .nlink = 2}})).remarks.empty());
}

TEST_CASE("cpio: a member without a type is normalized as one that has the same name and bytes") {
  const std::string packed =
      "\x1f\x8b\x08\0\x01\x02\x03\x04\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0"s;
  const Outcome outcome =
      run(archive({{.name = "a", .data = packed}, {.name = "a", .data = packed, .mode = 0}}));
  CHECK(outcome.changed());
  CHECK(outcome.remarks.empty());
  const auto after = entries_of(outcome.bytes);
  CHECK(equal(after.front().data, after.back().data));
}

TEST_CASE(
    "cpio: mtime, ino, dev, nlink, uid, gid and order of two archives of one tree end identical") {
  for (const cpio::Form form : kForms) {
    CAPTURE(static_cast<int>(form));
    const Bytes a = archive({{.name = "d", .mode = 040755, .ino = 9, .nlink = 3},
                             {.name = "d/x", .data = "one", .ino = 7},
                             {.name = "d/y", .data = "two", .ino = 8}},
                            form);
    const Bytes b = archive({{.name = "d/y",
                              .data = "two",
                              .mode = 0100664,
                              .ino = 700,
                              .mtime = kEpoch + 9,
                              .uid = 1000,
                              .dev = 3},
                             {.name = "d/x", .data = "one", .mode = 0100664, .ino = 30, .dev = 3},
                             {.name = "d", .mode = 040775, .ino = 2, .nlink = 3, .uid = 1000}},
                            form);
    CHECK(normal(a) == normal(b));
    const Bytes after = normal(b);
    const auto entries = entries_of(after);
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].name == "d");
    CHECK(entries[1].header.ino == 2);
    CHECK(entries[2].header.mode == 0100644);
    CHECK(entries[2].header.mtime == kEpoch);
    CHECK(as_text(entries[2].data) == "two");
    const Outcome outcome = run(b);
    for (const char* field : {"ino", "dev", "uid", "gid", "mode", "mtime", "order of members"})
      CHECK_MESSAGE(outcome.found(field), std::string(field));
  }
}

TEST_CASE("cpio: hard links stay one file, whose data stands with the last name") {
  const Bytes file = archive({{.name = "z", .ino = 5, .nlink = 2},
                              {.name = "a", .data = "shared", .ino = 5, .nlink = 2},
                              {.name = "m", .data = "alone", .ino = 6}});
  const Outcome outcome = run(file);
  REQUIRE(outcome.changed());
  const auto entries = entries_of(outcome.bytes);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].name == "a");
  CHECK(entries[0].data.empty());
  CHECK(as_text(entries[2].data) == "shared");
  CHECK(entries[0].header.ino == entries[2].header.ino);
  CHECK(entries[1].header.ino != entries[2].header.ino);
  CHECK(entries[0].header.nlink == 2);
}

TEST_CASE("cpio: a member is normalized too, and the sum of the crc form follows") {
  const std::string noisy(as_text(noisy_gzip("text")));
  const std::string quiet(as_text(normal(noisy_gzip("text"))));
  for (const cpio::Form form : kForms) {
    CAPTURE(static_cast<int>(form));
    const Outcome outcome = run(archive({{.name = "a.gz", .data = noisy, .ino = 1}}, form));
    CHECK(outcome.bytes == archive({{.name = "a.gz", .data = quiet, .ino = 1}}, form));
    CHECK(outcome.found("FNAME"));
  }
}

TEST_CASE(
    "cpio: archives one behind the other and a compressed one behind them are normal in place") {
  const auto microcode = [](std::uint32_t mtime) {
    return archive({{.name = "kernel", .data = "microcode", .ino = 1, .mtime = mtime}});
  };
  const auto initramfs = [](std::uint32_t mtime) {
    return archive({{.name = "init", .data = "#!/bin/sh", .ino = 1, .mtime = mtime}});
  };
  for (const Codec* codec : {&xz_codec(), &zstd_codec(), &lz4_codec()}) {
    CAPTURE(std::string(codec->name()));
    const auto image = [&](std::uint32_t mtime) {
      return microcode(mtime) + initramfs(mtime) +
             codec->pack(Content::own(initramfs(mtime))).to_bytes();
    };
    const Outcome outcome = run(image(kEpoch + 5), "initrd.img");
    CHECK(outcome.bytes == image(kEpoch));
  }
  const Outcome tail = run(microcode(kEpoch) + bytes("tail"));
  CHECK(tail.outcome == Result::Outcome::already_normal);
  CHECK(tail.remarked("4 bytes behind the trailer; kept"));
}

TEST_CASE("cpio: members keep their order where unpacking could tell") {
  const std::vector<std::vector<File>> cases = {
      {{.name = "z/file", .ino = 1}, {.name = "z", .data = "to", .mode = 0120777, .ino = 2}},
      {{.name = "b/../c", .ino = 1}, {.name = "a", .ino = 2}},
      {{.name = "./b", .ino = 1}, {.name = "a", .ino = 2}}};
  for (const auto& files : cases) {
    CAPTURE(files[0].name);
    const Outcome outcome = run(archive(files));
    CHECK_FALSE(outcome.changed());
    CHECK(outcome.remarked("members keep their order"));
  }
}

TEST_CASE("cpio: what only begins like an archive, or ends too early, stays as it was") {
  CHECK(run(bytes("070707 is a number")).outcome == Result::Outcome::not_ours);
  CHECK(run(bytes(std::string("\xc7\x71") + std::string(100, 'x'))).outcome ==
        Result::Outcome::not_ours);
  const Bytes whole = archive({{.name = "a", .data = "data", .mtime = kEpoch + 1}});
  const Outcome cut = run(ByteView(whole).first(116));
  CHECK(cut.outcome == Result::Outcome::damaged);
  CHECK(cut.remarked("cpio: magic needs 6 bytes, 0 are left (at 0x"));
}

TEST_CASE("cpio: the fixtures of cpio end identical") {
  if (shared_fixtures().empty()) return;
  const auto folder = shared_fixtures() / "packages" / "cpio-newc" / "flat";
  const Bytes a = read_file(folder / "a" / "tiny.cpio"), b = read_file(folder / "b" / "tiny.cpio");
  REQUIRE(a != b);
  Rules rules;
  rules.epoch = 1'700'000'000;  // before both were made
  CHECK(normal(a, "tiny.cpio", rules) == normal(b, "tiny.cpio", rules));
}

TEST_CASE("cpio: what real programs packed in two ways ends identical, and they read it") {
  const TempTree tree;
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ";
  for (const std::string side : {"a", "b"}) {
    tree.file(side + "/d/one", "1");
    tree.file(side + "/d/two", "22");
    tree.file(side + "/z", "333");
    const std::string folder = "cd " + shell_word((tree / side).string()) + " && ";
    REQUIRE(run_command(folder + "ln z d/hard && ln -s z soft && chmod -R " +
                        (side == "a" ? "g-w" : "g+w") + " . && find . -exec touch -h -d @" +
                        (side == "a" ? "1800000000" : "1900000000") + " {} +")
                .status == 0);
  }
  struct Packer {
    std::string tool, pack, list;
  };
  const std::vector<Packer> packers = {
      {"cpio", "cpio -o --quiet -H newc", "cpio -i --quiet -t"},
      {"cpio", "cpio -o --quiet -H crc", "cpio -i --quiet --only-verify-crc"},
      {"cpio", "cpio -o --quiet -H odc", "cpio -i --quiet -t"},
      {"cpio", "cpio -o --quiet -H bin", "cpio -i --quiet -t"},
      {"bsdcpio", "bsdcpio -o --quiet -H newc", "bsdcpio -i --quiet -t"},
      {"bsdcpio", "bsdcpio -o --quiet -H odc", "bsdcpio -i --quiet -t"},
      {"busybox", "busybox cpio -o -H newc", "busybox cpio -t"}};
  for (const Packer& packer : packers) {
    if (!have_tool(packer.tool)) continue;
    CAPTURE(packer.pack);
    for (const std::string side : {"a", "b"})
      REQUIRE(run_command(in_tree + "cd " + side + " && find . | LC_ALL=C sort " +
                          (side == "a" ? "" : "-r") + " | " + packer.pack + " > ../" + side +
                          ".cpio 2>/dev/null")
                  .status == 0);
    const Outcome a = run(read_file(tree / "a.cpio")), b = run(read_file(tree / "b.cpio"));
    CHECK(a.changed());
    CHECK(a.bytes == b.bytes);
    for (const Remark& remark : b.remarks) FAIL_CHECK(remark.text);
    tree.file("out.cpio", b.bytes);
    const CommandResult list = run_command(in_tree + packer.list + " < out.cpio");
    CHECK_MESSAGE(list.status == 0, list.output);
    const CommandResult same =
        run_command(in_tree +
                    "rm -rf out && mkdir out && cd out && cpio -i --quiet -d < ../out.cpio && "
                    "cmp z d/hard && [ z -ef d/hard ] && diff -r . ../b");
    CHECK_MESSAGE(same.status == 0, same.output);
  }
}
