#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;

namespace {

using Names = std::vector<std::string>;

const std::string kArguments = "org.codehaus.plexus.compiler.javac.JavacCompiler123arguments";
const std::string kScript = "/bin/sh -c cd /build/1 && javac @/build/1/classes/" + kArguments;

Bytes jar(const std::vector<ZipEntry>& more) {
  std::vector<ZipEntry> entries{{.name = "META-INF/MANIFEST.MF", .data = "Manifest-Version: 1.0\n"},
                                {.name = "a/B.class"}};
  entries.insert(entries.end(), more.begin(), more.end());
  return zip_file(entries);
}

}  // namespace

TEST_CASE("jar: Maven fork-mode junk of two builds is dropped, and the other members stay") {
  const Bytes plain = normal(jar({}), "x.jar");
  const Outcome outcome =
      run(jar({{.name = "javac.sh", .data = kScript}, {.name = kArguments}}), "x.jar");
  CHECK(outcome.bytes == plain);
  CHECK(outcome.found("leftover of a forked javac"));
  CHECK(outcome.remarks.empty());  // verification included
  CHECK(zip_names(plain) == Names{"META-INF/MANIFEST.MF", "a/B.class"});
}

TEST_CASE("jar: what is only named like a compiler's leftovers stays") {
  for (const ZipEntry& entry :
       std::vector<ZipEntry>{{.name = "javac.sh", .data = "#!/bin/sh\nexec javac \"$@\"\n"},
                             {.name = "bin/javac.sh", .data = kScript},
                             {.name = "org.codehaus.plexus.compiler.javac.JavacCompilerarguments"},
                             {.name = kArguments + "2"}})
    CHECK(zip_names(normal(jar({entry}), "x.jar")).size() == 3);
  const Bytes no_jar = zip_file({{.name = kArguments}});
  CHECK(zip_names(normal(no_jar, "x.zip")).size() == 1);
}

TEST_CASE("jar: a script whose data cannot be unpacked stays, and that is said") {
  Bytes archive = jar({{.name = "javac.sh", .data = kScript}});
  const ByteView packed = zip_entry(archive, "javac.sh").data;
  archive[static_cast<std::size_t>(packed.data() - archive.data())] = std::byte{0xff};
  const Outcome outcome = run(archive, "x.jar");
  CHECK(zip_names(outcome.bytes).size() == 3);
  CHECK_FALSE(outcome.remarks.empty());
}
