#include <doctest/doctest.h>

#include "rules/jar_manifest.h"
#include "tests/support/bytes.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

std::string normal_text(std::string_view manifest, const Rules& rules = rules_with_epoch()) {
  return std::string(as_text(normal(as_bytes(manifest), "META-INF/MANIFEST.MF", rules)));
}

}  // namespace

TEST_CASE(
    "manifest: attributes that tell when and by whom are dropped, the others keep their order") {
  CHECK(normal_text("Manifest-Version: 1.0\r\n"
                    "Bnd-LastModified: 1700000000000\r\n"
                    "Main-Class: a.B\r\n"
                    "built-by: someone\r\n"
                    "Created-By: 17 (Vendor)\r\n"
                    "\r\n") ==
        "Manifest-Version: 1.0\r\nMain-Class: a.B\r\nCreated-By: 17 (Vendor)\r\n\r\n");
}

TEST_CASE("manifest: in strict, what it was built with goes too") {
  CHECK(normal_text("Manifest-Version: 1.0\r\nCreated-By: 17 (Vendor)\r\nBuild-Jdk: 17\r\n"
                    "Git-Branch: main\r\nX: y\r\n\r\n",
                    strict_rules()) == "Manifest-Version: 1.0\r\nX: y\r\n\r\n");
}

TEST_CASE("manifest: every attribute that stabilize drops goes in strict, and dates go in safe") {
  for (const char* name : {"Archiver-Version", "Build-Id", "Build-Jdk-Spec", "Build-Status",
                           "Eclipse-SourceReferences", "Git-Commit-Id-Describe", "git-tags", "hash",
                           "Implementation-Build-Java-Vendor", "Java-Version", "Module-Origin",
                           "Os-Arch", "SCM-Git-Commit-Timestamp", "SCM-Revision",
                           "Source-Date-Epoch", "url", "X-Compile-Release-JDK"}) {
    CHECK_MESSAGE(drops_jar_attribute(name, Profile::strict), name);
    CHECK_FALSE_MESSAGE(drops_jar_attribute(name, Profile::safe), name);
  }
  for (const char* name : {"Ion-Java-Build-Time", "JCabi-Date", "Sunset-BuiltOn", "TODAY", "TSTAMP",
                           "DSTAMP", "Built-Date", "Implementation-Build-Date"})
    CHECK_MESSAGE(drops_jar_attribute(name, Profile::safe), name);
}

TEST_CASE(
    "manifest: values that bnd wrote in the order of a hash table are sorted in lines of their "
    "lengths") {
  CHECK(normal_text("Manifest-Version: 1.0\n"
                    "Export-Package: org.b;uses:=\"x.y,a.b\";versio\n"
                    " n=\"1.0\", org.a ,org.a.c;version=\"[1,2)\",\n"
                    " org.a;x=1\n") ==
        "Manifest-Version: 1.0\n"
        "Export-Package: org.a, org.a;x=1 ,org.a.c;ve\n"
        " rsion=\"[1,2)\",org.b;uses:=\"x.y,a.b\";vers\n"
        " ion=\"1.0\"\n");
}

TEST_CASE("manifest: order stays in headers whose clauses are searched in it") {
  for (const char* name :
       {"Require-Bundle", "DynamicImport-Package", "Bundle-ClassPath", "Class-Path"}) {
    CHECK_FALSE(sorts_clauses(name, Profile::strict));
    const std::string kept = "Manifest-Version: 1.0\r\n" + std::string(name) + ": b,a\r\n\r\n";
    CHECK(normal_text(kept, strict_rules()) == kept);
  }
  CHECK_FALSE(sorts_clauses("Provide-Capability", Profile::safe));
  CHECK(sorts_clauses("Provide-Capability", Profile::strict));
  for (const char* name :
       {"Export-Package", "Import-Package", "Private-Package", "Include-Resource"})
    CHECK(sorts_clauses(name, Profile::safe));
}

TEST_CASE("manifest: a value whose quotes do not end keeps its order") {
  const std::string kept = "Manifest-Version: 1.0\nExport-Package: b;x=\"1,a\n";
  CHECK(normal_text(kept) == kept);
}

TEST_CASE("manifest: in strict, parameters are sorted behind the paths that share them") {
  CHECK(
      normal_text("Manifest-Version: 1.0\r\n"
                  "Provide-Capability: z;q:=\"a\\\";b\";p=1,y;x;version:Version=\"1\";a=2\r\n\r\n",
                  strict_rules()) ==
      "Manifest-Version: 1.0\r\n"
      "Provide-Capability: y;x;a=2;version:Version=\"1\",z;p=1;q:=\"a\\\";b\"\r\n\r\n");
}

TEST_CASE("manifest: in strict, clauses without a path are sorted once and for all") {
  const std::string once =
      normal_text("Manifest-Version: 1.0\r\nImport-Package: = ;,;s\r\n\r\n", strict_rules());
  CHECK(normal_text(once, strict_rules()) == once);
}

TEST_CASE("manifest: in strict, attributes and sections stand by name, in lines of 72 bytes") {
  const std::string value(100, 'v');
  CHECK(normal_text("Manifest-Version: 1.0\nb: 1\nA: " + value +
                        "\n\n\nName: z\nX: 1\nB: 2\n\nName: y\n C\n",
                    strict_rules()) ==
        "Manifest-Version: 1.0\r\nA: " + value.substr(0, 69) + "\r\n " + value.substr(69) +
            "\r\nb: 1\r\n\r\nName: yC\r\n\r\nName: z\r\nB: 2\r\nX: 1\r\n\r\n");
}

TEST_CASE("manifest: in strict, what java.util.jar.Manifest would not read keeps its lines") {
  for (const std::string& kept : std::vector<std::string>{
           "Manifest-Version: 1.0\nX:no blank\n", "Manifest-Version: 1.0\n\nB: 1\nA: no name\n",
           "Manifest-Version: 1.0\n" + std::string(71, 'n') + ": 1\n"})
    CHECK(normal_text(kept, strict_rules()) == kept);
  const std::string twice = "Manifest-Version: 1.0\r\nb: 1\r\nB: 2\r\nA: 3\r\n\r\n";
  CHECK(normal_text(twice, strict_rules()) == twice);
}

TEST_CASE("manifest: an attribute goes with the lines that it goes on in") {
  const Outcome outcome =
      run(as_bytes("Manifest-Version: 1.0\nBuilt-By: some\n one\n  else\nX: y\n"));
  CHECK(as_text(outcome.bytes) == "Manifest-Version: 1.0\nX: y\n");
  REQUIRE(outcome.findings.size() == 1);
  CHECK(outcome.findings[0].before == "Built-By: someone else");
}

TEST_CASE("manifest: line ends and folding of what stays are not touched") {
  const std::string_view kept =
      "Manifest-Version: 1.0\rX: a very long value that is folded\r\n  here\nY: z";
  CHECK(run(as_bytes(kept)).outcome == Result::Outcome::already_normal);
}

TEST_CASE("manifest: an empty line stays one where the line between it and a lone CR is dropped") {
  const std::string normal = "Manifest-Version: 1.0\r\r\nName: a\nBuilt-By: y\nno blank:x\n";
  CHECK(normal_text("Manifest-Version: 1.0\rBuilt-By: x\n\nName: a\nBuilt-By: y\nno blank:x\n") ==
        normal);
  CHECK(normal_text(normal, strict_rules()) == normal);
  Rules rules = rules_with_epoch();
  rules.signed_files = SignedFiles::strip;
  CHECK(normal_text("Manifest-Version: 1.0\rA-Digest: x\n\nName: a\nBuilt-By: y\n", rules) ==
        "Manifest-Version: 1.0\r\r\nName: a\nBuilt-By: y\n");
}

TEST_CASE("manifest: sections of files keep all they have") {
  const std::string_view kept = "Manifest-Version: 1.0\n\nName: a/b.class\nBuilt-By: x\n";
  CHECK(normal_text(kept) == kept);
}

TEST_CASE("manifest: a manifest with digests may be signed, and stays") {
  const std::string_view kept =
      "Manifest-Version: 1.0\nBuilt-By: x\n\nName: a\nSHA-256-Digest: AAAA\n";
  const Outcome outcome = run(as_bytes(kept));
  CHECK(as_text(outcome.bytes) == kept);
  CHECK(outcome.remarked("left as it was"));
}

TEST_CASE("manifest: a line without a name is damage") {
  CHECK(run(as_bytes("Manifest-Version: 1.0\nno colon\n"))
            .remarked("manifest: a line has no name (at 0x16)"));
}

TEST_CASE("manifest: names of attributes are compared in any case") {
  CHECK(drops_jar_attribute("BUILT-BY", Profile::safe));
  CHECK_FALSE(drops_jar_attribute("Created-By", Profile::safe));
  CHECK(drops_jar_attribute("Created-By", Profile::strict));
  CHECK_FALSE(drops_jar_attribute("Main-Class", Profile::strict));
}

TEST_CASE("manifest: long lines are folded as the jar tool folds them") {
  if (!have_tool("jar")) return;
  const TempTree tree;
  std::string value;
  for (int i = 0; i < 100; ++i) value += std::to_string(i * i);
  tree.file("m.mf", "Manifest-Version: 1.0\nX-Long: " + value + "\n");
  const CommandResult made = run_command("cd " + shell_word(tree.string()) +
                                         " && jar cfm x.jar m.mf m.mf && jar xf x.jar META-INF");
  REQUIRE_MESSAGE(made.status == 0, made.output);
  std::string written(as_text(read_file(tree / "META-INF/MANIFEST.MF")));
  const std::size_t created_by = written.find("Created-By");  // wherever the tool puts it
  written.erase(created_by, written.find('\n', created_by) + 1 - created_by);
  CHECK(normal_text("Manifest-Version: 1.0\nX-Long: " + value + "\n", strict_rules()) == written);
}
