// The other side: what real programs pack, and what they say of it afterwards. Debian: zip, unzip,
// python3, libarchive-tools, default-jdk-headless.

#include <doctest/doctest.h>

#include <iostream>
#include <set>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

std::string succeed(const std::string& line) {
  const CommandResult result = run_command(line);
  CHECK_MESSAGE(result.status == 0, line << "\n" << result.output);
  return result.output;
}

void normalize_file(const fs::path& path, const Rules& rules = rules_with_epoch()) {
  write_file(path, normal(read_file(path), path.filename().string(), rules));
}

/// A tree with what makes two builds differ: times, modes, names in no order.
void make_tree(const TempTree& tree, const std::string& umask, const std::string& date) {
  succeed(
      "cd " + tree.string() + " && umask " + umask +
      " && mkdir -p in/sub in/empty && echo b >in/b && seq 2000 >in/a && echo run >in/sub/run &&"
      " chmod +x in/sub/run && ln -s ../a in/sub/link && find in -exec touch -h -d '" +
      date + "' {} +");
}

}  // namespace

TEST_CASE("zip: two builds packed by zip in two zones end the same, and unzip finds all in them") {
  if (!have_tool("zip") || !have_tool("unzip")) return;
  const TempTree first, second;
  make_tree(first, "022", "2025-01-02 03:04:05");
  make_tree(second, "002", "2025-02-03 04:05:06");
  succeed("cd " + (first / "in").string() + " && TZ=UTC zip -qry ../x.zip .");
  succeed("cd " + (second / "in").string() + " && TZ=Asia/Tokyo zip -qry ../x.zip sub b empty a");
  normalize_file(first / "x.zip");
  normalize_file(second / "x.zip");
  CHECK(read_file(first / "x.zip") == read_file(second / "x.zip"));

  succeed("unzip -tq " + (second / "x.zip").string());
  const TempTree out;
  succeed("cd " + out.string() + " && unzip -q " + (second / "x.zip").string());
  succeed("diff -r " + out.string() + " " + (first / "in").string());
  CHECK(fs::is_symlink(out / "sub/link"));
  CHECK(mtime_ns(out / "a") / kSecond == kEpoch);
  CHECK((fs::status(out / "sub/run").permissions() & fs::perms::owner_exec) != fs::perms::none);
  CHECK(succeed("zipinfo -1 " + (first / "x.zip").string()) ==
        "a\nb\nempty/\nsub/\nsub/link\nsub/run\n");
}

TEST_CASE("zip: whether zip could shrink a file's noise decides nothing") {
  if (!have_tool("zip") || !have_tool("unzip")) return;
  // A gzip file of this size shrinks by some bytes or not at all, as its name and time will have
  // it.
  Bytes normal_form;
  std::set<std::string> methods_before;
  for (int build = 0; build < 24; ++build) {
    const TempTree tree;
    const std::string name(static_cast<std::size_t>(build + 1), build % 2 == 0 ? 'n' : '0');
    succeed("cd " + tree.string() + " && seq 30 >" + name + " && touch -d @" +
            std::to_string(1'750'000'000 + build * 7'777'777) + " " + name + " && gzip -9 " + name +
            " && mv " + name + ".gz a.gz && zip -q x.zip a.gz");
    methods_before.insert(succeed("unzip -v " + (tree / "x.zip").string() +
                                  " | grep -o 'Stored\\|Defl:.' | head -n 1"));
    normalize_file(tree / "x.zip");
    succeed("unzip -tq " + (tree / "x.zip").string());
    if (build == 0) normal_form = read_file(tree / "x.zip");
    CHECK(read_file(tree / "x.zip") == normal_form);
  }
  CHECK(methods_before.size() == 2);
}

TEST_CASE("zip: bsdtar and Python read every sample as before") {
  if (!have_tool("bsdtar") || !have_tool("python3")) return;
  const TempTree tree;
  for (const fs::path& sample : samples("zip")) {
    const std::string name = sample.filename();
    if (name == "encrypted.zip" || name == "empty.zip") continue;
    tree.file("before/" + name, read_file(sample));
    tree.file("after/" + name, normal(read_file(sample), name));
  }
  const fs::path script = tree.file("compare.py", R"(
import os, sys, zipfile
NESTED = (".zip", ".gz", ".zst", "MANIFEST.MF", "RECORD")
def members(path):
    with zipfile.ZipFile(path) as z:
        return sorted((i.filename, i.is_dir(), i.filename.endswith(NESTED) or z.read(i), i.comment)
                      for i in z.infolist()), z.comment
for name in os.listdir("before"):
    assert members("before/" + name) == members("after/" + name), name
)");
  succeed("cd " + tree.string() + " && python3 " + script.string());
  succeed("cd " + (tree / "after").string() +
          " && for f in *.zip *.jar *.whl *.docx; do bsdtar -tf $f || exit 1; done");
}

TEST_CASE("zip: zipped Python programs still run, and a wheel still imports") {
  if (!have_tool("python3")) return;
  const TempTree tree;
  const fs::path program =
      tree.file("program.pyz", normal(read_file(data_folder() / "zip/program.pyz"), "program.pyz"));
  CHECK(succeed("python3 " + program.string()) == "hi\n");
  const fs::path wheel =
      tree.file("tiny-1.0-py3-none-any.whl",
                normal(read_file(data_folder() / "zip/tiny-1.0-py3-none-any.whl")));
  CHECK(succeed("PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=" + wheel.string() +
                " python3 -c 'import tiny; print(tiny.x)'") == "1\n");
}

TEST_CASE("wheel: RECORD tells the truth where members changed") {
  if (!have_tool("python3")) return;
  const TempTree tree;
  const fs::path wheel = tree.file(
      "w.whl", normal(read_file(data_folder() / "zip/tiny-1.0-py3-none-any.whl"), "w.whl"));
  const fs::path script = tree.file("check.py", R"(
import base64, csv, hashlib, io, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
record = [n for n in z.namelist() if n.endswith("RECORD")][0]
assert z.namelist()[-1] == record
rows = list(csv.reader(io.StringIO(z.read(record).decode())))
assert sorted(r[0] for r in rows) == sorted(z.namelist())
for name, digest, size in rows:
    if name == record: continue
    data = z.read(name)
    assert int(size) == len(data)
    assert digest == "sha256=" + base64.urlsafe_b64encode(
        hashlib.sha256(data).digest()).rstrip(b"=").decode()
)");
  succeed("python3 " + script.string() + " " + wheel.string());
}

TEST_CASE("jar: two of the jar tool end the same, and it reads them") {
  if (!have_tool("jar")) return;
  const TempTree tree;
  tree.file("in/a/res.txt", "text\n");
  const auto pack = [&](const std::string& name, const std::string& user, const std::string& zone) {
    tree.file("m.mf", "Manifest-Version: 1.0\nBuilt-By: " + user + "\nMain-Class: a.Main\n");
    succeed("cd " + tree.string() + " && touch in/a/res.txt && TZ=" + zone + " jar cfm " + name +
            " m.mf -C in .");
    normalize_file(tree / name);
  };
  pack("x.jar", "me", "UTC");
  pack("y.jar", "you", "Asia/Tokyo");
  CHECK(read_file(tree / "x.jar") == read_file(tree / "y.jar"));
  CHECK(succeed("jar tf " + (tree / "x.jar").string()) ==
        "META-INF/\nMETA-INF/MANIFEST.MF\na/\na/res.txt\n");
  CHECK(succeed("cd " + tree.string() + " && jar xf x.jar && cat META-INF/MANIFEST.MF")
            .find("Built-By") == std::string::npos);
}

TEST_CASE("zip: two builds of real packages end identical") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  for (const std::string pair : {"zip-infozip/flat", "jar-jdk17/flat", "wheel-setuptools/flat",
                                 "wheel-setuptools/nested", "readdir-order/zip"}) {
    CAPTURE(pair);
    for (const fs::directory_entry& entry :
         fs::directory_iterator(fixtures / "packages" / pair / "a")) {
      const std::string name = entry.path().filename();
      const Bytes a = read_file(entry.path());
      const Bytes b = read_file(fixtures / "packages" / pair / "b" / name);
      REQUIRE(a != b);
      Rules rules;
      rules.epoch = 1'700'000'000;  // older than both
      CHECK(normal(a, name, rules) == normal(b, name, rules));
      CHECK(normal(a, name, Rules{}) == normal(b, name, Rules{}));
      CHECK(normal(a, name, strict_rules()).size() > 0);
    }
  }
}
