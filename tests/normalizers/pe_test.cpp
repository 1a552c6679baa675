#include <doctest/doctest.h>

#include "normalizers/bytes/reader.h"
#include "normalizers/pe/layout.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

Bytes sample(std::string_view name) { return read_file(data_folder() / "pe" / name); }

std::uint32_t number(ByteView file, std::size_t offset) {
  return Reader(file.subspan(offset)).little_endian<std::uint32_t>("number");
}

void store(Bytes& file, std::size_t offset, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) file[offset + i] = static_cast<std::byte>(value >> (8 * i));
}

/// Where the optional header's data directory `index` of a PE32+ image stands.
std::size_t directory_offset(ByteView file, std::size_t index) {
  return pe::read_layout(file).stamp_offset + 16 + 112 + 8 * index;
}

std::size_t in_file(ByteView file, std::size_t directory) {
  const pe::Layout layout = pe::read_layout(file);
  return layout.offset_of(layout.directories[directory].address, 1, "directory");
}

std::uint32_t header_stamp(ByteView file) {
  return number(file, pe::read_layout(file).stamp_offset);
}

constexpr auto kStamp = static_cast<std::uint32_t>(kEpoch);

}  // namespace

TEST_CASE("PE TimeDateStamp of the file header becomes the epoch, not zero") {
  for (const std::string_view name : {"resources.exe", "export.dll", "delay.exe", "debug.exe"}) {
    const Bytes file = sample(name);
    REQUIRE(header_stamp(file) > kStamp);
    CHECK(header_stamp(normal(file)) == kStamp);
    Bytes old = file;
    store(old, pe::read_layout(file).stamp_offset, kStamp - 1);
    CHECK(header_stamp(normal(old)) == kStamp - 1);
  }
}

TEST_CASE("PE export, debug and delay import directories have their stamps lowered") {
  const Bytes library = sample("export.dll");
  REQUIRE(number(library, in_file(library, pe::kExports) + 4) > kStamp);
  CHECK(number(normal(library), in_file(library, pe::kExports) + 4) == kStamp);

  Bytes debug = sample("debug.exe");
  REQUIRE(number(debug, in_file(debug, pe::kDebug) + 4) > kStamp);
  CHECK(number(normal(debug), in_file(debug, pe::kDebug) + 4) == kStamp);

  Bytes bound = sample("delay.exe");
  const std::size_t stamp = in_file(bound, pe::kDelayImports) + 28;
  CHECK(number(normal(bound), stamp) == 0);
  store(bound, stamp, kStamp + 5);
  CHECK(number(normal(bound), stamp) == kStamp);
}

TEST_CASE("PE resource directories have their stamps lowered at every level") {
  Bytes file = sample("resources.exe");
  const std::size_t root = in_file(file, pe::kResources);
  for (const std::size_t directory : {0U, 0x20U, 0x38U, 0x50U, 0x68U})  // as objdump -p lists them
    store(file, root + directory + 4, kStamp + 77);
  const Outcome outcome = run(file);
  for (const std::size_t directory : {0U, 0x20U, 0x38U, 0x50U, 0x68U})
    CHECK(number(outcome.bytes, root + directory + 4) == kStamp);
  CHECK(outcome.found("resource TimeDateStamp"));
}

TEST_CASE("PE resource directories that point to themselves or overlap end") {
  Bytes file = sample("resources.exe");
  const std::size_t root = in_file(file, pe::kResources);
  store(file, root + 0x34, 0x80000000);  // the name table's entry, back to the root
  CHECK(run(file).changed());
  store(file, root + 12, 0xffffffff);  // more entries than the section holds
  CHECK(run(file).outcome == Result::Outcome::damaged);
  CHECK(run(file).remarked("pe: resource directories overlap"));
}

TEST_CASE("PE CheckSum is made anew where it was in use") {
  const Bytes file = sample("resources.exe"), after = normal(file);
  const std::size_t offset = pe::read_layout(file).checksum_offset.value();
  REQUIRE(number(file, offset) != 0);
  // Only the stamp differs, so the sums differ by its two words, but for carries.
  const auto words = [](std::uint32_t stamp) {
    return std::int64_t{stamp & 0xffff} + (stamp >> 16);
  };
  const std::int64_t before = number(file, offset) - std::int64_t(file.size());
  const std::int64_t expected = before - words(header_stamp(file)) + words(kStamp);
  const std::int64_t found = number(after, offset) - std::int64_t(after.size());
  CHECK((expected - found) % 0xffff == 0);

  const Bytes unused = sample("debug.exe");
  REQUIRE(number(unused, pe::read_layout(unused).checksum_offset.value()) == 0);
  CHECK(number(normal(unused), pe::read_layout(unused).checksum_offset.value()) == 0);
}

TEST_CASE("PE CodeView signature and age stay in safe, so that the .pdb is found") {
  const Bytes file = sample("debug.exe"), after = normal(file);
  const auto id = as_text(file).find("RSDS");
  CHECK(equal(ByteView(file).subspan(id, 24), ByteView(after).subspan(id, 24)));
}

TEST_CASE("PE CodeView signature and age depend in strict on the image alone") {
  Bytes one = sample("debug.exe");
  const auto id = as_text(one).find("RSDS");
  Bytes two = one;
  two[id + 5] ^= std::byte{0x55};
  store(two, id + 20, 7);
  CHECK(normal(one, "a", strict_rules()) == normal(two, "a", strict_rules()));
  two[0x400] ^= std::byte{1};  // code
  const Bytes other = normal(two, "a", strict_rules());
  CHECK_FALSE(equal(ByteView(other).subspan(id, 20),
                    ByteView(normal(one, "a", strict_rules())).subspan(id, 20)));
}

TEST_CASE("the stamp of a portable PDB's entry is its identifier, and stays") {
  Bytes file = sample("debug.exe");
  const std::size_t entry = in_file(file, pe::kDebug);
  store(file, entry + 8, 0x504d0100);  // MajorVersion 0x100, MinorVersion 0x504d
  CHECK(number(normal(file), entry + 4) == number(file, entry + 4));
}

TEST_CASE("PE images whose stamps are hashes are left, and said") {
  const Bytes file = sample("brepro.exe");
  CHECK(run(file).outcome == Result::Outcome::already_normal);
  CHECK(run(file).remarked("hashes (/Brepro); left as it was"));
}

TEST_CASE("PE images signed by Authenticode are left, and said") {
  Bytes file = sample("debug.exe");
  store(file, directory_offset(file, pe::kCertificates), static_cast<std::uint32_t>(file.size()));
  store(file, directory_offset(file, pe::kCertificates) + 4, 8);
  file.resize(file.size() + 8);
  CHECK(run(file).bytes == file);
  CHECK(run(file).remarked("signed (Authenticode); left as it was"));
}

TEST_CASE(".NET assemblies with a strong name are left, others are not") {
  Bytes file = sample("debug.exe");
  const pe::Layout layout = pe::read_layout(file);
  const pe::Section& section = layout.sections.front();
  store(file, directory_offset(file, pe::kClrHeader), section.address);
  store(file, directory_offset(file, pe::kClrHeader) + 4, 72);
  store(file, section.raw_offset + 16, 9);  // IL only, strong name signed
  store(file, section.raw_offset + 36, 128);
  CHECK(run(file).bytes == file);
  CHECK(run(file).remarked("signed (.NET strong name)"));
  store(file, section.raw_offset + 16, 1);
  CHECK(run(file).changed());
}

TEST_CASE("PE images with data behind the last section are left, padding aside") {
  Bytes file = sample("debug.exe");
  file.resize(file.size() + 100);
  CHECK(run(file).changed());
  file.back() = std::byte{1};
  CHECK(run(file).bytes == file);
  CHECK(run(file).remarked("as installers do; left as it was"));
}

TEST_CASE("without an epoch PE images stay in safe, and have stamps of zero in strict") {
  const Bytes file = sample("resources.exe");
  CHECK(run(file, "a", Rules{}).bytes == file);
  CHECK(run(file, "a", Rules{}).remarked("without an epoch"));
  Rules rules = strict_rules();
  rules.epoch.reset();
  CHECK(header_stamp(normal(file, "a", rules)) == 0);
}

TEST_CASE("COFF objects have their stamp lowered, and zero without an epoch") {
  const Bytes file = sample("c.obj");
  REQUIRE(number(file, 4) > kStamp);
  CHECK(number(normal(file), 4) == kStamp);
  CHECK(number(normal(file, "a", Rules{}), 4) == 0);
}

TEST_CASE("COFF import and big objects have their stamp lowered") {
  Bytes import = sample("import.obj");
  store(import, 8, kStamp + 9);
  CHECK(number(normal(import), 8) == kStamp);
  Bytes big = bytes("\0\0\xff\xff\2\0\x64\x86"s + "zzzz" +
                    "\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8");
  big.resize(56);
  CHECK(number(normal(big), 8) == kStamp);
}

TEST_CASE("what only begins like a COFF object is nobody's") {
  const Bytes file = sample("c.obj");
  Bytes damaged = file;
  damaged[16] = std::byte{1};  // an optional header
  CHECK(run(damaged).outcome == Result::Outcome::not_ours);
  damaged = file;
  damaged[20] = std::byte{7};  // an unprintable section name
  CHECK(run(damaged).outcome == Result::Outcome::not_ours);
  damaged = file;
  damaged.resize(200);  // less than its sections say
  CHECK(run(damaged).outcome == Result::Outcome::not_ours);
  CHECK(run(bytes("MZ, he wrote, and much more than sixty bytes of text behind it, to be sure"))
            .outcome == Result::Outcome::not_ours);
}

TEST_CASE("PE images linked on two days by GNU ld end identical, and objdump reads them") {
  const std::string tools = "x86_64-w64-mingw32-";
  if (!have_tool(tools + "ld") || !have_tool("faketime")) return;
  const TempTree tree;
  tree.file("a.s", ".globl start\nstart: ret\n.section .data\n.long 1\n");
  const auto link = [&](const std::string& day) {
    const CommandResult made = run_command("cd " + shell_word(tree.string()) + " && " + tools +
                                           "as -o a.o a.s && faketime " + day + " " + tools +
                                           "ld -shared -e start --export-all-symbols -o a.dll a.o");
    REQUIRE_MESSAGE(made.status == 0, made.output);
    return read_file(tree / "a.dll");
  };
  const Bytes monday = link("2026-11-23"), tuesday = link("2026-11-24");
  REQUIRE(monday != tuesday);
  CHECK(normal(monday) == normal(tuesday));
  const auto file = tree.file("normal.dll", normal(monday));
  const CommandResult dump =
      run_command("TZ=UTC0 " + tools + "objdump -p " + shell_word(file.string()));
  CHECK(dump.status == 0);
  CHECK_MESSAGE(dump.output.find("Tue Jan  2 03:04:05 2024") != std::string::npos, dump.output);
  CHECK(dump.output.find("start") != std::string::npos);
}

TEST_CASE("PE CheckSum made anew is what GNU ld itself computes") {
  const std::string tools = "x86_64-w64-mingw32-";
  if (!have_tool(tools + "ld") || !have_tool("faketime")) return;
  const TempTree tree;
  tree.file("a.s", ".globl start\nstart: ret\n");
  const auto link = [&](const std::string& time) {
    run_command("cd " + shell_word(tree.string()) + " && " + tools +
                "as -o a.o a.s && TZ=UTC0 faketime -f '" + time + "' " + tools +
                "ld -e start -o a.exe a.o");
    return read_file(tree / "a.exe");
  };
  CHECK(normal(link("2026-11-23 00:00:00")) == link("2024-01-02 03:04:05"));
}
