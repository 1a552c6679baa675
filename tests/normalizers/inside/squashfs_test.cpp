// What is in SquashFS images, against unsquashfs.

#include <doctest/doctest.h>

#include <sstream>

#include "normalizers/bytes/digest.h"
#include "normalizers/error.h"
#include "normalizers/inside/members.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using inside::Allowance;
using inside::Member;

namespace {

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 30;

const std::string kTree =
    "mkdir t && cd t && mkdir bin empty && seq 90000 >bin/numbers && chmod 750 bin && "
    "echo few >few && echo more >more && ln few bin/same && ln -s ../few bin/link && mkfifo pipe "
    "&& "
    "mknod device c 5 1 && : >none && printf 'a\\n' >'new\nline' && chown 12:34 more && "
    "truncate -s 3M holes && echo end >>holes && truncate -s 2M hole && "
    "for d in $(seq 30); do mkdir $d; (cd $d; seq 40 | xargs touch); done; cd ..";

/// An image of kTree, made with `options`; the tree itself is made once.
Bytes image_of_tree(const TempTree& tree, const std::string& options) {
  const CommandResult made =
      run_command("cd " + shell_word(tree.string()) + " && rm -f i && { [ -d t ] || { " + kTree +
                  "; }; }" + " && mksquashfs t i -quiet -no-progress " + options);
  REQUIRE_MESSAGE(made.status == 0, made.output);
  return read_file(tree / "i");
}

std::string property(const Member& member, std::string_view name) {
  for (const inside::Property& each : member.properties)
    if (each.first == name) return each.second;
  return {};
}

std::vector<Member> members_of(const Bytes& image, std::uint64_t allowed = kPlenty) {
  Allowance allowance(allowed);
  return inside::list_members(Content::view(image), allowance);
}

/// Reads all that can be read; what is damaged ends in words.
void read_all(ByteView image) {
  Allowance allowance(std::uint64_t{64} << 20);
  const Content content = Content::view(image);
  try {
    const std::vector<Member> members = inside::list_members(content, allowance);
    for (const Member& member : members) {
      if (!member.is_file || member.digest.empty()) continue;
      const std::vector<Buffer> data = inside::read_members(content, {{member.number}}, allowance);
      RunningDigest digest;
      digest.add(data.front());
      CHECK(digest.finish() == member.digest);
    }
  } catch (const FormatError&) {
  } catch (const LimitError&) {
  }
}

}  // namespace

TEST_CASE("the files of an image are those that unsquashfs unpacks, whatever it is packed by") {
  if (!have_tool("mksquashfs") || !have_tool("unsquashfs") || !have_root()) return;
  const TempTree tree;
  for (const std::string options :
       {"-comp gzip", "-comp xz", "-comp zstd", "-comp lz4", "-b 4096", "-no-fragments -noI",
        "-always-use-fragments", "-noD -noF", "-no-xattrs -nopad"}) {
    CAPTURE(options);
    const Bytes image = image_of_tree(tree, options);
    std::ostringstream names, sums;
    for (const Member& member : members_of(image)) {
      if (member.path == ".") continue;
      names << member.path << ' ' << property(member, "mode") << ' ' << property(member, "uid")
            << ' ' << property(member, "gid") << ' ' << property(member, "link target") << '|';
      if (member.is_file) sums << hexadecimal(member.digest) << "  " << member.path << '|';
    }
    const std::string unpack =
        "cd " + shell_word(tree.string()) +
        " && rm -rf out && unsquashfs -q -n -d out i >/dev/null && cd out && ";
    CHECK(names.str() == run_command(unpack + "find . -mindepth 1 -printf '%P %#m %U %G %l|\\0' | "
                                              "LC_ALL=C sort -z | tr -d '\\0'")
                             .output);
    CHECK(sums.str() == run_command(unpack + "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | "
                                             "xargs -0 sha256sum -z | tr '\\0' '|'")
                            .output);
  }
}

TEST_CASE("hard links, devices, times and attributes of an image's files are told") {
  if (!have_tool("mksquashfs") || !have_tool("setfattr") || !have_root()) return;
  const TempTree tree;
  const std::string script =
      "mkdir t && cd t && echo x >file && ln file link && mknod device b 8 17 && "
      "setfattr -n user.note -v hello file && touch -d @1700000000 file && mkdir folder && "
      "setfattr -n security.deep -v $(printf '%300s' | tr ' ' v) folder && echo y >other && "
      "setfattr -n security.deep -v $(printf '%300s' | tr ' ' v) other && cd .. && "
      "mksquashfs t i -quiet -no-progress";
  const CommandResult made = run_command("cd " + shell_word(tree.string()) + " && " + script);
  REQUIRE_MESSAGE(made.status == 0, made.output);
  for (const Member& member : members_of(read_file(tree / "i"))) {
    if (member.path == "file") {
      CHECK(property(member, "attribute user.note") == hexadecimal(as_bytes("hello")));
      CHECK(property(member, "mtime") == "2023-11-14T22:13:20Z");
      CHECK(property(member, "hard link to").empty());
    } else if (member.path == "link") {
      CHECK(property(member, "hard link to") == "file");
      CHECK(property(member, "attribute user.note") == hexadecimal(as_bytes("hello")));
    } else if (member.path == "folder" || member.path == "other") {
      CHECK(property(member, "attribute security.deep").size() == 600);
    } else if (member.path == "device") {
      CHECK(property(member, "type") == "device");
      CHECK(property(member, "device") == "2065");
    }
  }
}

TEST_CASE("an image that is cut or damaged anywhere is read as far as it goes, or refused") {
  for (const std::string name : {"gzip", "xz", "lz4", "zstd", "plain", "lzo"}) {
    const Bytes image = read_file(data_folder() / "squashfs" / (name + ".squashfs"));
    for (std::size_t size = 4; size < image.size(); size += 37)
      read_all(ByteView(image).first(size));
    for (std::size_t at = 4; at < image.size(); at += 11) {
      Bytes damaged = image;
      damaged[at] ^= std::byte{0x41};
      read_all(damaged);
    }
    read_all(image);
  }
}

TEST_CASE("an image that unpacks to more than is allowed is refused") {
  if (!have_tool("mksquashfs") || !have_root()) return;
  const TempTree tree;
  const Bytes image = image_of_tree(tree, "");
  CHECK_THROWS_AS(members_of(image, 1'000'000), LimitError);
  CHECK_THROWS_AS(members_of(image, 100), LimitError);
  CHECK(members_of(image).size() > 1200);
}

TEST_CASE("an image by a codec that we have not is refused by name") {
  const Bytes image = read_file(data_folder() / "squashfs" / "lzo.squashfs");
  CHECK_THROWS_WITH_AS(members_of(image), "packed by lzo", FormatError);
}
