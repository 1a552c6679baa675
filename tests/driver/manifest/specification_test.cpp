#include "driver/manifest/specification.h"

#include <doctest/doctest.h>

#include "normalizers/error.h"
#include "tests/support/packages.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_literals;

namespace {

/// "path keyword=value ..." of each name, a line each.
std::string told(const Specification& specification) {
  std::string text;
  for (const SpecifiedName& name : specification.names) {
    text += name.path + ":";
    for (const auto& [keyword, value] : name.words)
      text.append(" ").append(spelling(keyword)).append("=").append(value);
    text += name.optional ? " optional\n" : "\n";
  }
  return text;
}

std::string told(std::string_view text) { return told(read_specification(text)); }

std::string refusal(std::string_view text) {
  try {
    read_specification(text);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "read";
}

}  // namespace

TEST_CASE("names without a slash stand in the folder that was entered last") {
  CHECK(told(".  type=dir\n  a type=dir\n    b type=file\n    ..\n  c type=file\n..\n") ==
        ": type=dir\na: type=dir\na/b: type=file\nc: type=file\n");
}

TEST_CASE("names with a slash are paths from the root, wherever they stand") {
  CHECK(told(". type=dir\n./a type=dir\n./a/b size=3\na type=dir\na/c size=4\n") ==
        ": type=dir\na: type=dir\na/b: size=3\na/c: size=4\n");
}

TEST_CASE("/set tells all that comes behind it, until a line says otherwise") {
  CHECK(told("/set type=file uid=0 mode=0644\na\nb uid=7\n/unset uid\nc\n/unset all\nd\n") ==
        "a: type=file mode=0644 uid=0\nb: type=file mode=0644 uid=7\nc: type=file mode=0644\nd:\n");
}

TEST_CASE("a line goes on behind a backslash, comments and empty lines count for nothing") {
  CHECK(told("#mtree\n\n# words\na size=3 \\\n    mode=0644\\\n uid=1\nb optional\n") ==
        "a: mode=0644 uid=1 size=3\nb: optional\n");
}

TEST_CASE("digests have one meaning in all spellings") {
  CHECK(told("a sha256digest=00\nb sha256=01\nc ripemd160digest=02\nd rmd160=03\n") ==
        "a: sha256=00\nb: sha256=01\nc: rmd160=02\nd: rmd160=03\n");
}

TEST_CASE("what is not compared is named once") {
  const Specification read = read_specification("/set flags=none\na cksum=1\nb cksum=2\n");
  CHECK(read.not_compared == std::vector<std::string_view>{"flags", "cksum"});
}

TEST_CASE("encoded names are decoded, and the last line about a name counts") {
  CHECK(told("a\\040b\\012 size=1\n./a\\040b\\012 size=2\n") == "a b\n: size=2\n");
}

TEST_CASE("a specification that leads out of the tree is refused, with the line") {
  CHECK(refusal("a type=file\n..\n") == "line 2 leaves the root");
  CHECK(refusal("./../a type=file\n") == "line 1 has .. in a path");
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "d type=dir\n";
  CHECK(contains(refusal(deep), "enters too many folders"));
}

TEST_CASE("every shorter prefix of a specification is read or refused") {
  const std::string whole =
      "/set type=dir\n.\n a mode=0755 \\\n  uid=0\n b\\040c type=file\n..\n..\n";
  for (std::size_t size = 0; size <= whole.size(); ++size) refusal(whole.substr(0, size));
  CHECK(told(whole) == ": type=dir\na: type=dir mode=0755 uid=0\na/b c: type=file\n");
}

TEST_CASE("every flavour is read back as what was written") {
  for (const Flavour flavour : {Flavour::freebsd, Flavour::netbsd, Flavour::libarchive}) {
    SpecificationWriter writer(flavour);
    writer.add("", " type=dir");
    writer.add("a b", " type=file");
    writer.add("c/", " type=dir");
    writer.add("c/#*\xff\n", " type=file");
    writer.add("c/d/", " type=dir");
    writer.add("c/e", " type=file");
    writer.add("f", " type=file");
    CHECK(told(std::move(writer).finish()) ==
          ": type=dir\na b: type=file\nc: type=dir\nc/#*\xff\n: type=file\nc/d: type=dir\n"
          "c/e: type=file\nf: type=file\n");
  }
}

TEST_CASE("keywords come in one order, however they were asked for") {
  const auto words = parse_keywords("sha256digest size,mode");
  CHECK(words == std::vector{Keyword::type, Keyword::mode, Keyword::size, Keyword::sha256});
  CHECK(parse_keywords("all").size() == 17);
}
