#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

struct Form {
  std::string format, name;
  Bytes package() const { return read_file(data_folder() / format / name); }
};
const Form kForms[] = {{"zip", "mini-1.0-0.conda"}, {"bzip2", "mini-1.0-0.tar.bz2"}};

/// Unpacks either form and checks info/paths.json against the files, with readers of its own.
constexpr std::string_view kInspect = R"py(
import bz2, hashlib, io, json, subprocess, sys, tarfile, zipfile
def entries(tar):
    archive = tarfile.open(fileobj=io.BytesIO(tar))
    return {m.name: archive.extractfile(m).read() for m in archive}, [m.mtime for m in archive]
whole = open("package", "rb").read()
if whole.startswith(b"BZh"):
    files, times = entries(bz2.decompress(whole))
else:
    archive = zipfile.ZipFile("package")
    assert all(i.compress_type == zipfile.ZIP_STORED for i in archive.infolist())
    kinds = [i.filename.split("-")[0] for i in archive.infolist()]
    assert kinds == ["metadata.json", "pkg", "info"], kinds
    files, times = {}, []
    for name in archive.namelist()[1:]:
        tar = subprocess.run(["zstd", "-dc"], input=archive.read(name), stdout=subprocess.PIPE)
        more = entries(tar.stdout)
        files.update(more[0])
        times += more[1]
for path in json.loads(files["info/paths.json"])["paths"]:
    content = files[path["_path"]]
    assert path["sha256"] == hashlib.sha256(content).hexdigest(), path["_path"]
    assert path["size_in_bytes"] == len(content), path["_path"]
print("times", set(times), "timestamp", json.loads(files["info/index.json"])["timestamp"])
)py";

/// A line of what Python found; where a sum is wrong it names the file.
std::string inspected(const Bytes& package) {
  const TempTree tree;
  tree.file("package", package);
  tree.file("inspect.py", kInspect);
  return run_command("cd " + shell_word(tree.string()) + " && python3 inspect.py").output;
}

Rules with_epoch(std::int64_t epoch) {
  Rules rules;
  rules.epoch = epoch;
  return rules;
}

/// The package in its old form with one part of the tar archive in the place of another.
Bytes altered(const std::string& before, const std::string& after) {
  const TempTree tree;
  tree.file("a.tar.bz2", kForms[1].package());
  tree.file("alter.py",
            "import bz2\ntar = bz2.decompress(open('a.tar.bz2', 'rb').read())\n"
            "assert tar.count(b'" +
                before +
                "')\n"
                "open('a.tar', 'wb').write(tar.replace(b'" +
                before + "', b'" + after + "', 1))\n");
  run_command("cd " + shell_word(tree.string()) + " && python3 alter.py");
  return read_file(tree / "a.tar");
}

}  // namespace

TEST_CASE("conda: timestamp is lowered, and info/paths.json follows its files") {
  for (const Form& form : kForms) {
    CAPTURE(form.name);
    const Outcome outcome = run(form.package(), form.name);
    for (const std::string_view field : {"timestamp", "sha256, size_in_bytes", "mtime", "FNAME"})
      CHECK_MESSAGE(outcome.found(field), std::string(field));
    CHECK(outcome.remarks.empty());
    CHECK(normal(outcome.bytes, form.name) == outcome.bytes);
    if (!have_tool("python3") || !have_tool("zstd")) continue;
    CHECK(inspected(form.package()).find("1749283750750\n") != std::string::npos);
    CHECK(inspected(outcome.bytes) == "times {1704164645} timestamp 1704164645000\n");
    CHECK(inspected(normal(form.package(), form.name, strict_rules())) ==
          "times {1704164645} timestamp 1704164645000\n");
    CHECK(inspected(normal(form.package(), form.name, Rules())) == "times {0} timestamp 0\n");
  }
}

TEST_CASE("conda: a timestamp keeps its milliseconds unless it is later than the epoch") {
  if (!have_tool("python3") || !have_tool("zstd")) return;
  for (const Form& form : kForms) {
    const auto timestamp = [&](std::int64_t epoch) {
      const std::string text = inspected(normal(form.package(), form.name, with_epoch(epoch)));
      return text.substr(text.rfind(' ') + 1);
    };
    CHECK(timestamp(1'749'283'751) == "1749283750750\n");
    CHECK(timestamp(1'749'283'750) == "1749283750000\n");
  }
}

TEST_CASE("conda: a package whose sums are wrong is damaged and stays") {
  if (!have_tool("python3")) return;
  for (const auto& [before, after] : {std::pair("text\\n", "TEXT\\n"),
                                      {"bytes\": 28", "bytes\": 29"},
                                      {"\"_path\": \"bin/mini\"", "\"Xpath\": \"bin/mini\""},
                                      {"\"paths_version\": 1\\n}", "\"paths_version\": 1\\n]"}}) {
    CAPTURE(std::string(before));
    const Outcome outcome = run(altered(before, after), "a.tar");
    CHECK(outcome.outcome == Result::Outcome::damaged);
  }
}

TEST_CASE("conda: a .conda file whose info does not open stays, with all that is in it") {
  Bytes package = kForms[0].package();
  const std::size_t info = as_text(package).find("info-mini-1.0-0.tar.zst");
  REQUIRE(info != std::string_view::npos);
  package[info + 23 + 8] ^= std::byte{0xff};
  const Outcome outcome = run(package, kForms[0].name);
  CHECK_FALSE(outcome.changed());
}
