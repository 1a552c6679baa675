// Packages that no builder makes: whatever happens to their members, a list of sums is true
// afterwards, or else the package stays. Python makes them, and checks the sums.

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr std::string_view kWords = R"py(
import base64, csv, gzip, hashlib, io, json, struct, sys, tarfile, warnings, zipfile, zlib
warnings.simplefilter("ignore")
MD5 = lambda data: hashlib.md5(data).hexdigest()
SHA256 = lambda data: hashlib.sha256(data).hexdigest()
RECORD = lambda data: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
def gz(data, mtime=1800000000, extra=b""):
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = b"\x1f\x8b\x08" + bytes([4 if extra else 0]) + struct.pack("<I", mtime) + b"\0\3"
    if extra: head += struct.pack("<H", len(extra)) + extra
    return (head + packed.compress(data) + packed.flush() +
            struct.pack("<II", zlib.crc32(data), len(data)))
def tar(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            if isinstance(data, str): entry.type, entry.linkname, data = tarfile.LNKTYPE, data, b""
            entry.size, entry.mtime = len(data), 1800000000
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()
def ar(*members):
    out = b"!<arch>\n"
    for name, data in members:
        out += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name.encode(), 0, 0, 0, b"100644", len(data))
        out += data + b"\n" * (len(data) % 2)
    return out
def deb(data, md5sums, *behind, control=gz):
    inside = tar(("./control", b"Package: a\n"), ("./md5sums", md5sums.encode()))
    return ar(("debian-binary", b"2.0\n"), ("control.tar.gz", control(inside)),
              ("data.tar.gz", gz(data)), *behind)
def gem(checksums, pack=gz, *more):
    parts = [("metadata.gz", gz(b"--- !ruby/object:Gem::Specification\nname: a\n")),
             ("data.tar.gz", gz(tar(("a", noise))))]
    return tar(*parts, ("checksums.yaml.gz", pack(checksums(parts).encode())), *more)
def conda(files, paths):
    listed = json.dumps({"paths": paths}).encode()
    return tar(("info/index.json", b"{}"), ("info/paths.json", listed), *files)
def listed(path, data, **more):
    return dict(more, _path=path, path_type="hardlink", sha256=SHA256(data), size_in_bytes=len(data))
def wheel(*rows):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.gz", noise)
        archive.writestr("a-1.dist-info/RECORD", "".join(rows))
    return out.getvalue()
noise = gz(b"noise")
)py";

/// Names each file whose sum is wrong.
constexpr std::string_view kCheck = R"py(
def files_of(data):
    archive = tarfile.open(fileobj=io.BytesIO(data))
    return {m.name: archive.extractfile(m).read() for m in archive}  # of links, too
def members_of(data):
    found, at = {}, 8
    while at < len(data):
        size = int(data[at + 48:at + 58])
        found[data[at:at + 16].decode().strip()] = data[at + 60:at + 60 + size]
        at += 60 + size + size % 2
    return found
def wrong(package):
    if package.startswith(b"!<arch>\n"):
        parts = members_of(package)
        files = files_of(gzip.decompress(parts["data.tar.gz"]))
        for line in files_of(gzip.decompress(parts["control.tar.gz"]))["./md5sums"].splitlines():
            line = line.decode().lstrip("\\").replace("\\\\", "\\")
            name = line[32:].lstrip(" *").lstrip("./")
            if MD5(files["./" + name]) != line[:32]: yield name
    elif package.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(package))
        for row in csv.reader(archive.read("a-1.dist-info/RECORD").decode().splitlines()):
            if row[1] and row[1] != "sha256=" + RECORD(archive.read(row[0])): yield row[0]
    else:
        files = files_of(package)
        if "info/paths.json" in files:
            for path in json.loads(files["info/paths.json"])["paths"]:
                if path["sha256"] != SHA256(files[path["_path"]]): yield path["_path"]
        elif "checksums.yaml.gz" in files:
            sums = gzip.decompress(files["checksums.yaml.gz"]).decode()
            for name in ("metadata.gz", "data.tar.gz"):
                if SHA256(files[name]) not in sums: yield name
        else:
            for line in gzip.decompress(files[".MTREE"]).decode().splitlines()[1:]:
                name, sha256 = line.split(" sha256digest=")
                if sha256 != SHA256(files[name[2:]]): yield name
print(*wrong(open("package", "rb").read()))
)py";

CommandResult python(const TempTree& tree, const std::string& script) {
  tree.file("script.py", std::string(kWords) + script);
  return run_command("cd " + shell_word(tree.string()) + " && python3 script.py");
}

/// The package that an expression in Python makes.
Bytes made(const std::string& expression) {
  const TempTree tree;
  const CommandResult result = python(tree, "open('package', 'wb').write(" + expression + ")\n");
  REQUIRE_MESSAGE(result.status == 0, result.output);
  return read_file(tree / "package");
}

std::string wrong_sums(const Bytes& package) {
  const TempTree tree;
  tree.file("package", package);
  return python(tree, std::string(kCheck)).output;
}

void follows(const std::string& expression, std::string_view name) {
  CAPTURE(expression);
  const Bytes package = made(expression);
  const Outcome outcome = run(package, name);
  CHECK(outcome.changed());
  CHECK(wrong_sums(outcome.bytes) == "\n");
  CHECK(normal(outcome.bytes, name) == outcome.bytes);
}

void stays(const std::string& expression, std::string_view name, std::string_view because) {
  CAPTURE(expression);
  const Bytes package = made(expression);
  const Outcome outcome = run(package, name);
  CHECK(outcome.bytes == package);
  CHECK(outcome.remarked(because));
}

}  // namespace

TEST_CASE("deb: sums follow whatever stands behind the data archive") {
  for (const std::string behind : {"('_extra', b'text')", "('_extra.tar', tar(('a', b'')))"})
    follows("deb(tar(('./a', noise)), MD5(noise) + '  a\\n', " + behind + ")", "a.deb");
}

TEST_CASE("deb: sums follow where names are written as other packers write them") {
  for (const std::string name : {" a", " *a", "  /a", "  ./a"})
    follows("deb(tar(('./a', noise)), MD5(noise) + '" + name + "\\n')", "a.deb");
}

TEST_CASE("deb: the last of several files with one name is the one that the sum is of") {
  follows("deb(tar(('./a', noise), ('./a', b'text')), MD5(b'text') + '  a\\n')", "a.deb");
  follows("deb(tar(('./a', b'text'), ('./a', noise)), MD5(noise) + '  a\\n')", "a.deb");
}

TEST_CASE("deb: one with two data or control archives stays") {
  const std::string package = "deb(tar(('./a', noise)), MD5(noise) + '  a\\n', ";
  stays(package + "('data.tar', b'text'))", "a.deb", "has two data archives");
  stays(package + "('control.tar', b'text'))", "a.deb", "has two control archives");
}

TEST_CASE("deb: one whose control archive is changed around what does not open stays") {
  for (const std::string control :
       {"lambda tar: gz(tar[:700])", "lambda tar: gz(tar, extra=b'size')"})
    stays("deb(tar(('./a', noise)), MD5(noise) + '  a\\n', control=" + control + ")", "a.deb",
          "control.tar.gz does not open");
}

TEST_CASE("deb: one stays where nobody can say which file a sum is of") {
  stays("deb(tar(('./a!b', noise), ('./a', tar(('b', noise)))), MD5(noise) + '  a!b\\n')", "a.deb",
        "\"a!b\", which is two things");
  stays("deb(tar(('./a\\\\b', noise)), '\\\\' + MD5(noise) + '  a\\\\\\\\b\\n')", "a.deb",
        "a name in escapes");
}

TEST_CASE("gem: one stays whose checksums cannot follow") {
  const std::string sums =
      "'SHA256:\\n' + ''.join('  %s: %s\\n' % (name, SHA256(data)) for name, data in parts)";
  follows("gem(lambda parts: " + sums + ")", "a.gem");
  stays("gem(lambda parts: " + sums + ", lambda data: gz(data, extra=b'size'))", "a.gem",
        "checksums.yaml.gz does not open");
  stays("gem(lambda parts: " + sums + ", gz, ('data.tar.gz', b'text'))", "a.gem",
        "holds \"data.tar.gz\" twice");
  stays("gem(lambda parts: '{SHA256: {%s: %s}}' % (parts[1][0], SHA256(parts[1][1])))", "a.gem",
        "in a place unknown");
}

TEST_CASE("pacman: one that holds a file twice stays") {
  const std::string files = "('.PKGINFO', b'pkgname = a\\n'), ('a', noise)";
  const std::string mtree =
      "('.MTREE', gz(('#mtree\\n./a sha256digest=' + SHA256(noise) + '\\n').encode())), ";
  follows("tar(" + mtree + files + ")", "a-1-1-any.pkg.tar");
  stays("tar(" + mtree + files + ", ('a', b''))", "a-1-1-any.pkg.tar", "holds \"a\" twice");
}

TEST_CASE("conda: sums of hard links follow, and names in any spelling are found") {
  follows("conda([('a', noise), ('b', 'a')], [listed('a', noise), listed('b', noise)])", "a.tar");
  follows("conda([('\\U0001F600', noise)], [listed('\\U0001F600', noise)])", "a.tar");
}

TEST_CASE("conda: one stays whose list goes deeper than is known") {
  stays(
      "conda([('a', noise), ('b', noise)],"
      " [listed('a', noise), dict({'x': {'y': 1}}, **listed('b', noise))])",
      "a.tar", "goes deeper than is known");
}

TEST_CASE("wheel: every row of a file follows") {
  follows("wheel(*['a.gz,sha256=%s,%d\\n' % (RECORD(noise), len(noise))] * 2)",
          "a-1-py3-none-any.whl");
}
