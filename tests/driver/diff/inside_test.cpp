// One real change, hidden in noise, in a member of an archive in an archive: found and named.

#include <doctest/doctest.h>

#include "tests/support/comparison.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;
using diff::Verdict;

namespace {

/// A zip of a zip, each with noise of its own, and a text in the inner one.
Bytes nested(const std::string& text, zip::DosTime time) {
  const Bytes inner = zip_file({{.name = "b.txt", .data = text, .modified = time},
                                {.name = "a.txt", .data = "same", .modified = time}});
  return zip_file(
      {{.name = "inner.zip", .data = std::string(as_text(inner)), .modified = time},
       {.name = "x.gz", .data = std::string(as_text(noisy_gzip("same"))), .modified = time}});
}

const zip::DosTime kOther{1 << 11, 45 << 9 | 1 << 5 | 2};

diff::Comparison compare_bytes(const Bytes& a, const Bytes& b, const std::string& name) {
  const TempTree tree;
  return compare(tree.file("a/" + name, a), tree.file("b/" + name, b));
}

/// Runs a script in the folder.
void make_in(const TempTree& tree, const std::string& script) {
  const CommandResult made = run_command("cd " + shell_word(tree.string()) + " && " + script);
  REQUIRE_MESSAGE(made.status == 0, made.output);
}

}  // namespace

TEST_CASE("noise alone in nested archives is named, and nothing else") {
  const diff::Comparison comparison =
      compare_bytes(nested("text\n", kLate), nested("text\n", kOther), "x.zip");
  CHECK(comparison.root.verdict == Verdict::noise);
  CHECK(comparison.root.children.empty());
  CHECK(varied(comparison.root).front() == "zip last mod file time");
}

TEST_CASE("one byte of one member of a nested archive is found and named") {
  const diff::Comparison comparison =
      compare_bytes(nested("text\n", kLate), nested("test\n", kOther), "x.zip");
  CHECK(comparison.root.verdict == Verdict::different);
  CHECK(tells(comparison, "!inner.zip!b.txt: different (text)\n"));
  CHECK(tells(comparison, "-text\n"));
  CHECK_FALSE(tells(comparison, "a.txt"));
  CHECK_FALSE(tells(comparison, "x.gz"));
}

TEST_CASE("any number of jobs tells the same of two large files") {
  std::string noise;  // that no compressor shrinks
  for (std::uint32_t i = 0, state = 1; i < 300'000; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    noise += static_cast<char>(state >> 24);
  }
  const Bytes a = nested(noise, kLate), cut = zip_file({{.name = "inner.zip", .data = noise}});
  const Bytes changed = nested(noise + "!", kOther), noisy = nested(noise, kOther);
  Bytes damaged = a;
  damaged[damaged.size() / 2] ^= std::byte{1};
  Rules tight = diff::default_rules();
  tight.limits.expansion_ratio = 1;
  tight.limits.expansion_floor = 0;
  for (const Rules& rules : {diff::default_rules(), tight})
    for (const Bytes* const b :
         std::initializer_list<const Bytes*>{&changed, &noisy, &cut, &damaged}) {
      const TempTree tree;
      const auto left = tree.file("a/x.zip", a), right = tree.file("b/x.zip", *b);
      const std::string alone = told(compare(left, right, rules, 1));
      CHECK(alone.find("x.zip") != alone.npos);
      for (const unsigned jobs : {2U, 8U}) {
        CHECK(told(compare(left, right, rules, jobs)) == alone);
        CHECK(told(compare(tree / "a", tree / "b", rules, jobs)) ==
              told(compare(tree / "a", tree / "b", rules, 1)));
      }
    }
}

TEST_CASE("what is packed in two ways is compared by what is in it, and the ways are told") {
  const TempTree tree;
  make_in(tree,
          "mkdir t a b && echo text >t/x && tar -cf x.tar t && echo test >t/x && tar "
          "-cf y.tar t && "
          "gzip -c x.tar >a/x.tar.gz && xz -c x.tar >same.xz && xz -c y.tar >b/x.tar.xz");
  const diff::Comparison same = compare(tree / "a" / "x.tar.gz", tree / "same.xz");
  CHECK(same.root.verdict == Verdict::different);
  CHECK(same.root.children.empty());
  CHECK(tells(same, "format: gzip → xz\n"));
  CHECK_FALSE(tells(same, "@@"));
  const diff::Comparison other = compare(tree / "a" / "x.tar.gz", tree / "b" / "x.tar.xz");
  CHECK(other.root.verdict == Verdict::different);
  CHECK(tells(other, "format: gzip → xz\n"));
  CHECK(tells(other, "!x.tar!t/x: different (text)\n"));
  CHECK_FALSE(tells(other, "0x"));
}

TEST_CASE("members that are packed in two ways under two names are a pair") {
  const TempTree tree;
  make_in(tree,
          "mkdir t && seq 9 >t/x && tar -cf data.tar t && gzip -nk data.tar && xz -k data.tar && "
          "ar rcD a.deb data.tar.gz && ar rcD b.deb data.tar.xz");
  const diff::Comparison comparison = compare(tree / "a.deb", tree / "b.deb");
  CHECK(tells(comparison, "name: data.tar.gz → data.tar.xz\n"));
  CHECK(tells(comparison, "format: gzip → xz\n"));
  CHECK_FALSE(tells(comparison, "only in"));
}

TEST_CASE("what an archive says of a member does not hide what is told of its content") {
  const TempTree tree;
  make_in(tree,
          "seq 9 | gzip -n >x && chmod 644 x && tar -cf a.tar x && seq 9 | xz >x && chmod 755 x && "
          "tar -cf b.tar x");
  const diff::Comparison comparison = compare(tree / "a.tar", tree / "b.tar");
  CHECK(tells(comparison, "mode: 0644 → 0755\n"));
  CHECK(tells(comparison, "format: gzip → xz\n"));
}

TEST_CASE("the file of an ISO 9660 image that differs is named") {
  if (!have_tool("xorriso")) return;
  const TempTree tree;
  make_in(tree,
          "mkdir t && echo same >t/same && for side in a b; do echo a note of $side >t/note; "
          "xorriso -as mkisofs -quiet -R -o $side.iso t; done");
  const diff::Comparison comparison = compare(tree / "a.iso", tree / "b.iso");
  CHECK(tells(comparison, "!note: different (text)\n"));
  CHECK(tells(comparison, "-a note of a\n"));
  CHECK_FALSE(tells(comparison, "same"));
}

TEST_CASE("every byte of a sample that carries content is found when it changes") {
  // Of each container: a change either leaves it readable and is found, or damages it and is found.
  for (const std::string name : {"tar/pax.tar", "ar/gnu.a", "cpio/newc.cpio", "zip/nested.zip",
                                 "xz/page.1.gz.xz", "rpm/plain.rpm"}) {
    CAPTURE(name);
    const Bytes sample = read_file(data_folder() / name);
    unsigned found = 0;
    for (std::size_t at = 7; at < sample.size(); at += sample.size() / 23 + 1) {
      Bytes changed = sample;
      changed[at] ^= std::byte{1};
      const diff::Comparison comparison = compare_bytes(sample, changed, "sample");
      CHECK(comparison.root.verdict != Verdict::equal);
      const diff::Node& root = comparison.root;
      if (root.verdict == Verdict::noise) {
        CHECK((!root.noise.empty() || !root.properties.empty()));
        continue;
      }
      ++found;
      CHECK((!root.children.empty() || !root.diff.empty() || !root.properties.empty()));
    }
    CHECK(found > 0);
  }
}

TEST_CASE("members on one side alone, moved and in another mode are told") {
  const Bytes a = zip_file(
      {{.name = "gone", .data = "gone"}, {.name = "mode"}, {.name = "old", .data = "moved"}});
  const Bytes b = zip_file({{.name = "mode", .mode = 0100755},
                            {.name = "new", .data = "moved"},
                            {.name = "more", .data = "more"}});
  const diff::Comparison comparison = compare_bytes(a, b, "x.zip");
  CHECK(tells(comparison, "!gone: only in A\n"));
  CHECK(tells(comparison, "!more: only in B\n"));
  CHECK(tells(comparison, "!old: moved to new\n"));
  CHECK(tells(comparison, "!mode: different\n    mode: 0644 → 0755\n"));
}

TEST_CASE("packing alone is noise, whichever program packed and how") {
  if (!have_tool("xz") || !have_tool("bzip2")) return;
  const TempTree tree;
  const std::string text = shell_word(tree.file("text", std::string(9999, 'x')).string());
  for (const std::string packer : {"xz", "gzip", "bzip2", "zstd -q"}) {
    CAPTURE(packer);
    const auto a = tree / "a", b = tree / "b";
    REQUIRE(run_command(packer + " -1 -c " + text + " >" + a.string()).status == 0);
    REQUIRE(run_command(packer + " -9 -c " + text + " >" + b.string()).status == 0);
    const Verdict verdict = compare(a, b).root.verdict;
    CHECK((verdict == Verdict::noise || verdict == Verdict::equal));
  }
}

TEST_CASE("an object file is told by section, a compiled module by code object") {
  const TempTree tree;
  if (!have_tool("as") || !have_tool("python3")) return;
  for (const std::string side : {"1", "2"}) {
    REQUIRE(run_command("printf '.section .rodata\\n.quad " + side + "\\n.text\\nnop\\n' | as -o " +
                        (tree / (side + ".o")).string() + " -")
                .status == 0);
    const auto source = tree.file(side + ".py", "def outer():\n  def inner(x):\n    return x + " +
                                                    side + "\n  return inner\n");
    // Sources of two seconds: the headers differ too, and are not what is told first.
    set_mtime_ns(source, side == "1" ? 1'000'000'000 : 2'000'000'000);
    REQUIRE(run_command("/usr/bin/python3 -c \"import py_compile; py_compile.compile('" +
                        source.string() + "', '" + (tree / (side + ".pyc")).string() +
                        "', dfile='/m.py')\"")
                .status == 0);
  }
  const diff::Comparison object = compare(tree / "1.o", tree / "2.o");
  CHECK(tells(object, "!.rodata: different (section)"));
  CHECK(tells(object, "1 of 8 bytes differ"));
  CHECK_FALSE(tells(object, "!.text"));
  const diff::Comparison module = compare(tree / "1.pyc", tree / "2.pyc");
  CHECK(tells(module, "first difference in code object \"inner\"\n"));
  CHECK(tells(module, "int 2"));
}

TEST_CASE("packages that differ in what their headers say are told apart by tag") {
  if (!have_tool("rpmbuild")) return;
  const TempTree tree;
  for (const std::string side : {"one", "other"}) {
    const auto spec = tree.file(
        side + ".spec", "Name: x\nVersion: 1\nRelease: 1\nSummary: " + side +
                            "\nLicense: none\nBuildArch: noarch\n%description\nx\n%install\n"
                            "echo x >%{buildroot}/x\n%files\n/x\n");
    REQUIRE(run_command("rpmbuild -bb --quiet --define '_topdir " + (tree / side).string() +
                        "' --define '_rpmdir " + (tree / side).string() + "' " + spec.string())
                .status == 0);
  }
  const diff::Comparison comparison =
      compare(tree / "one/noarch/x-1-1.noarch.rpm", tree / "other/noarch/x-1-1.noarch.rpm");
  CHECK(tells(comparison, "-SUMMARY: one\n"));
  CHECK(tells(comparison, "+SUMMARY: other\n"));
  CHECK_FALSE(tells(comparison, "+PAYLOADDIGEST"));
  CHECK_FALSE(tells(comparison, "-FILEUSERNAME[x]"));
}

TEST_CASE("a document is told by object, an image by table") {
  Bytes document = read_file(data_folder() / "pdf" / "reportlab.pdf");
  const std::string_view text = as_text(document);
  const std::size_t box = text.find("/MediaBox");
  REQUIRE(box != std::string_view::npos);
  Bytes changed = document;
  changed[box + 1] = std::byte{'W'};
  const diff::Comparison documents = compare_bytes(document, changed, "x.pdf");
  CHECK(tells(documents, " 0: different (object)\n"));
  CHECK(tells(documents, "/WediaBox"));
}

TEST_CASE("a file in a SquashFS image is named, and compared by what it is") {
  const Bytes image = read_file(data_folder() / "squashfs" / "plain.squashfs");
  Bytes changed = image;
  changed[96] ^= std::byte{1};
  const diff::Comparison images = compare_bytes(image, changed, "x.squashfs");
  CHECK(tells(images, "!usr/note: different (text)\n    @@ -1 +1 @@\n    -a note\n    +` note\n"));
  CHECK_FALSE(tells(images, "section"));
}

TEST_CASE("attributes and modes of files in SquashFS images are compared") {
  if (!have_tool("mksquashfs") || !have_tool("setfattr")) return;
  const TempTree tree;
  make_in(tree,
          "mkdir t a b && echo x >t/file && setfattr -n user.note -v 1 t/file && "
          "mksquashfs t a/i -quiet -no-progress && chmod 755 t/file && "
          "setfattr -n user.note -v 2 t/file && mksquashfs t b/i -quiet -no-progress -comp xz");
  const diff::Comparison images = compare(tree / "a", tree / "b");
  CHECK(tells(images, "  mode: 0644 → 0755\n"));
  CHECK(tells(images, "  attribute user.note: 31 → 32\n"));
}

TEST_CASE("archives of the same members that are packed otherwise are different, whenever made") {
  if (!have_tool("bsdtar") || !have_tool("mksquashfs")) return;
  const TempTree tree;
  make_in(tree,
          "mkdir t a b && seq 5000 >t/numbers && "
          "bsdtar -c --format 7zip --options 7zip:compression=deflate -f a/x.7z t && "
          "bsdtar -c --format 7zip --options 7zip:compression=lzma1 -f b/x.7z t && "
          "mksquashfs t a/x.sqfs -quiet -no-progress -comp zstd && "
          "mksquashfs t b/x.sqfs -quiet -no-progress -comp xz");
  for (const bool same_times : {false, true}) {
    if (same_times) make_in(tree, "touch -d @0 a/* b/*");
    const diff::Comparison packed = compare(tree / "a", tree / "b");
    CHECK(tells(packed, "x.7z: different (data)\n"));
    CHECK(tells(packed, "x.sqfs: different (squashfs)\n"));
    CHECK(tells(packed, "!superblock: different (section)"));
  }
}

TEST_CASE("a member that cannot be read hides no other one, and is told") {
  const auto package = [](const std::string& text, bool is_damaged) {
    Bytes bytes = zip_file({{.name = "x", .data = "the data of x"}, {.name = "y", .data = text}});
    if (is_damaged) bytes[30 + 1] = std::byte{0xff};  // of x, behind its name: no such block
    return bytes;
  };
  const diff::Comparison one = compare_bytes(package("1\n", false), package("2\n", true), "p.zip");
  CHECK(tells(one, "!x: different\n    B: its data cannot be read\n"));
  CHECK(tells(one, "!y: different (text)\n"));
  const diff::Comparison both = compare_bytes(package("1\n", true), package("2\n", true), "p.zip");
  CHECK(tells(both, "not compared, since neither side can be read: x\n"));
  CHECK(tells(both, "!y: different (text)\n"));
}

TEST_CASE("a text packed by anything that we unpack is told by its lines") {
  const TempTree tree;
  tree.file("a/text", "one\n"), tree.file("b/text", "two\n");
  for (const auto& [tool, suffix] :
       std::initializer_list<std::pair<std::string, std::string>>{{"gzip", "gz"},
                                                                  {"bzip2", "bz2"},
                                                                  {"xz", "xz"},
                                                                  {"xz --format=lzma", "lzma"},
                                                                  {"zstd -q", "zst"},
                                                                  {"lz4 -q", "lz4"},
                                                                  {"/usr/bin/compress -f", "Z"}}) {
    if (!have_tool(tool.substr(0, tool.find(' ')))) continue;
    CAPTURE(tool);
    for (const std::string side : {"a", "b"})
      make_in(tree, tool + " -c <" + side + "/text >" + side + "/packed." + suffix);
    const diff::Comparison packed =
        compare(tree / ("a/packed." + suffix), tree / ("b/packed." + suffix));
    CHECK(tells(packed, "!packed: different (text)\n"));
    CHECK(tells(packed, "-one\n"));
    CHECK(tells(packed, "+two\n"));
  }
}

TEST_CASE("a file that compress(1) has packed is looked into") {
  const Bytes page = read_file(data_folder() / "compress" / "page.1.gz.Z");
  Bytes changed = page;
  changed[20] ^= std::byte{1};
  CHECK(tells(compare_bytes(page, changed, "page.Z"), "!page"));
}

TEST_CASE("what is packed twice is named by both layers") {
  const auto twice = [](const std::string& text) { return noisy_gzip(as_text(noisy_gzip(text))); };
  CHECK(tells(compare_bytes(twice("text\n"), twice("test\n"), "t.gz.gz"),
              "!t.gz!t: different (text)\n"));
}

TEST_CASE("what is too deep or unpacks to too much is compared by its bytes") {
  Rules rules = diff::default_rules();
  rules.limits.depth = 0;
  const TempTree tree;
  const diff::Comparison comparison = compare(tree.file("a", nested("text\n", kLate)),
                                              tree.file("b", nested("test\n", kLate)), rules);
  CHECK(comparison.root.verdict == Verdict::different);
  CHECK(tells(comparison, "!inner.zip: different"));
  CHECK_FALSE(tells(comparison, "b.txt: different"));
}
