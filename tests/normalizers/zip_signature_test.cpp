// Signatures of zip archives taken off where the rules want it, with jarsigner as the other side.

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Rules stripping(Rules rules) {
  rules.signed_files = SignedFiles::strip;
  return rules;
}

Bytes stripped(ByteView archive) { return normal(archive, "a.jar", stripping(Rules{})); }

}  // namespace

TEST_CASE("zip: a signed jar without its signature is the jar that was not signed") {
  if (!have_tool("jarsigner") || !have_tool("keytool") || !have_tool("jar")) return;
  const TempTree tree;
  tree.file("p/A.txt", "some text that somebody signs\n");
  tree.file("p/B.txt", "and more\n");
  const std::string key = " -storepass secret -keystore keys -storetype PKCS12 ";
  const CommandResult made = run_command(
      "cd " + shell_word(tree.string()) + " && jar cf plain.jar p && cp plain.jar signed.jar && " +
      "keytool -genkeypair -keyalg RSA -alias me -dname CN=me" + key + "&& jarsigner" + key +
      "signed.jar me && jarsigner -verify signed.jar");
  REQUIRE_MESSAGE(made.status == 0, made.output);
  const Bytes plain = read_file(tree / "plain.jar"), sealed = read_file(tree / "signed.jar");
  CHECK(run(sealed, "a.jar", strict_rules()).remarked("signed (a jar signature"));
  const Outcome outcome = run(sealed, "a.jar", stripping(strict_rules()));
  CHECK(outcome.found("signature"));
  CHECK(outcome.found("digest of a file"));
  CHECK(outcome.bytes == normal(plain, "a.jar", stripping(strict_rules())));
  CHECK(normal(outcome.bytes, "a.jar", stripping(strict_rules())) == outcome.bytes);
}

TEST_CASE("zip: a signature that is one member goes, and what is left is as without it") {
  for (const std::string name : {".signature.p7s", "META-INF/documentsignatures.xml"}) {
    CAPTURE(name);
    CHECK(stripped(zip_file({{"a"}, {name}, {"b"}})) == stripped(zip_file({{"a"}, {"b"}})));
  }
}

TEST_CASE("zip: a signature that others have to know of stays, and so does one beside it") {
  for (const std::string name :
       {"META-INF/cose.sig", "_xmlsignatures/sig1.xml", "p-1.dist-info/RECORD.jws"}) {
    CAPTURE(name);
    const Bytes archive = zip_file({{"z"}, {name}, {"META-INF/X.SF"}, {"META-INF/X.RSA"}});
    CHECK(stripped(archive) == archive);
  }
}

TEST_CASE("zip: what only looks like a signature stays where nothing signs") {
  const Bytes archive = zip_file({{"META-INF/X.RSA"}, {"META-INF/SIG-1"}});
  CHECK(run(archive, "a.jar", stripping(Rules{})).found("signature") == false);
}
