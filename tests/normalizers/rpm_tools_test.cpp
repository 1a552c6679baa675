// rpmbuild and rpm as the other side.

#include <doctest/doctest.h>

#include "normalizers/rpm/package.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr std::string_view kSpec = R"spec(Name: demo
Version: 1
Release: 1
Summary: A package
License: CC0-1.0
BuildArch: noarch
Source0: hello.txt
%description
A package.
%global __os_install_post %{nil}
%install
d=%{buildroot}/usr/share/demo
mkdir -p $d/folder
cp %{SOURCE0} $d/hello.txt
ln $d/hello.txt $d/hard.txt
ln -s hello.txt $d/soft
cp %{SOURCE0} $d/page; gzip -9 $d/page; ln $d/page.gz $d/same.gz
cp %{SOURCE0} $d/other; gzip $d/other
gzip -c $d/other.gz > $d/twice.gz
echo 'x = 1' > $d/m.py
python3 -c "import py_compile; py_compile.compile('$d/m.py', cfile='$d/m.pyc', dfile='m.py')"
: > $d/empty
echo tool > $d/tool
%files
/usr/share/demo
%attr(4755,games,games) /usr/share/demo/tool
%ghost /var/log/demo.log
)spec";

/// Builds the package on a day of its own, as somebody, in a zone, a locale and under a umask;
/// `defines` are rpmbuild's macros.
struct Build {
  std::string side, date, around, umask;
};
const Build kMonday{"a", "2024-03-04 05:06:07", "env TZ=UTC LC_ALL=C.UTF-8", "022"};
const Build kFriday{"b", "2025-06-07 08:09:10", "env TZ=Asia/Tokyo LC_ALL=POSIX", "002"};

/// The files that rpmbuild wrote, binary and source package; empty where it failed.
std::vector<Bytes> build(const TempTree& tree, const Build& build, const std::string& defines) {
  const std::string top = (tree / build.side).string();
  tree.file(build.side + "/SPECS/demo.spec", kSpec);
  tree.file(build.side + "/SOURCES/hello.txt", std::string(99, 'h') + "ello\n");
  const bool is_root = run_command("[ $(id -u) = 0 ]").status == 0;
  // faketime runs inside, since setpriv drops what it puts into the environment of a program.
  const std::string other_user =
      is_root && build.side == "b" ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  const CommandResult result =
      run_command("cd / && umask " + build.umask + " && " +
                  (is_root ? "chmod -R a+rwX " + shell_word(top) + " && " : "") + "umask " +
                  build.umask + " && HOME=" + shell_word(top) + " NO_FAKE_STAT=1 " + other_user +
                  build.around + " faketime " + shell_word(build.date) + " rpmbuild -ba --define " +
                  shell_word("_topdir " + top) + " --define " +
                  shell_word("_buildhost host-" + build.side) + " " + defines + " " +
                  shell_word(top + "/SPECS/demo.spec") + " && chmod -R a+rwX " + shell_word(top));
  if (result.status != 0) {
    FAIL_CHECK(result.output);
    return {};
  }
  return {read_file(top + "/RPMS/noarch/demo-1-1.noarch.rpm"),
          read_file(top + "/SRPMS/demo-1-1.src.rpm")};
}

Rules rules_for(const TempTree& tree) {
  Rules rules;
  rules.epoch = 1'700'000'000;
  rules.path_map = {{(tree / "a").string(), "/build"}, {(tree / "b").string(), "/build"}};
  return rules;
}

bool have_tools() {
  bool all = true;
  for (const char* tool : {"rpmbuild", "rpm", "rpm2cpio", "cpio", "faketime", "python3", "setpriv"})
    all = have_tool(tool) && all;
  return all;
}

/// Installs a package below `root` and holds its files against its header.
void check_installed(const TempTree& tree, const std::string& package, const std::string& root) {
  if (run_command("[ $(id -u) = 0 ]").status != 0) return;
  const std::string where =
      " --root " + shell_word((tree / root).string()) + " --dbpath /db --nodeps ";
  tree.folder(root + "/db");
  const CommandResult result = run_command(
      "rpm -i" + where + package + " 2>&1 && rpm -V" + where + "demo && cd " +
      shell_word((tree / root).string()) +
      "/usr/share/demo && [ hello.txt -ef hard.txt ] && [ page.gz -ef same.gz ] && zcat "
      "page.gz | cmp - hello.txt && zcat twice.gz | zcat | cmp - hello.txt");
  CHECK_MESSAGE(result.status == 0, result.output);
}

/// What `rpm -qp --dump` says of a package, without times, sizes and digests.
std::string structure_of(const std::string& package) {
  return run_command(
             "rpm -qp --nosignature --qf '[%{FILENAMES} %{FILEMODES} %{FILEUSERNAME} "
             "%{FILEGROUPNAME} %{FILELINKTOS} %{FILEFLAGS} %{FILENLINKS}\\n]%{NVRA} "
             "%{SUMMARY} [%{PROVIDES} ][%{REQUIRES} ]' " +
             package)
      .output;
}

}  // namespace

TEST_CASE("packages built twice, by two users on two days, end identical whatever packs them") {
  if (!have_tools()) return;
  for (const std::string payload : {"w9.gzdio", "w3.gzdio", "w.ufdio", "w6.xzdio", "w2T2.xzdio",
                                    "w6.lzdio", "w19.zstdio", "w9.bzdio"}) {
    CAPTURE(payload);
    const TempTree tree;
    REQUIRE(run_command("chmod 777 " + shell_word(tree.string())).status == 0);
    const std::string define = "--define '_binary_payload " + payload + "'";
    const auto a = build(tree, kMonday, define), b = build(tree, kFriday, define);
    if (a.empty() || b.empty()) return;
    const Rules rules = rules_for(tree);
    const Outcome after = run(a[0], "demo.rpm", rules);
    CHECK(a[0] != b[0]);
    CHECK(after.bytes == normal(b[0], "demo.rpm", rules));
    for (const Remark& remark : after.remarks) FAIL_CHECK(remark.text);
    CHECK(run(after.bytes, "demo.rpm", rules).outcome == Result::Outcome::already_normal);
    CHECK(normal(a[1], "demo.src.rpm", rules) == normal(b[1], "demo.src.rpm", rules));

    const std::string before = shell_word(tree.file("before.rpm", a[0]).string());
    const std::string package = shell_word(tree.file("after.rpm", after.bytes).string());
    const CommandResult digests = run_command("rpm -K --nosignature " + package);
    CHECK_MESSAGE(digests.status == 0, digests.output);
    CHECK(structure_of(package) == structure_of(before));
    CHECK(structure_of(package).find("/usr/share/demo/tool") != std::string::npos);
    const auto listed = [](const std::string& file) {
      return run_command("rpm2cpio " + file + " | cpio -it --quiet").output;
    };
    CHECK(listed(package) == listed(before));
    check_installed(tree, package, "root");
  }
}

TEST_CASE("under strict, packages packed at different levels meet") {
  if (!have_tools()) return;
  const TempTree tree;
  Rules strict = rules_for(tree);
  strict.profile = Profile::strict;
  for (const auto& [best, fast] :
       {std::pair("w9.gzdio", "w1.gzdio"), {"w19.zstdio", "w3.zstdio"}}) {
    CAPTURE(std::string(best));
    const auto normal_of = [&](const std::string& payload) {
      const auto built = build(tree, kMonday, "--define '_binary_payload " + payload + "'");
      return built.empty() ? Bytes() : normal(built[0], "demo.rpm", strict);
    };
    const Bytes after = normal_of(best);
    CHECK(after == normal_of(fast));
    const std::string package = shell_word(tree.file("after.rpm", after).string());
    CHECK(run_command("rpm -K --nosignature " + package).status == 0);
  }
}

TEST_CASE("digests of files follow in every algorithm that rpm writes") {
  if (!have_tools()) return;
  for (const std::string algorithm : {"1", "2", "8", "9", "10", "11"}) {
    CAPTURE(algorithm);
    const TempTree tree;
    const auto built =
        build(tree, kMonday, "--define '_binary_filedigest_algorithm " + algorithm + "'");
    if (built.empty()) return;
    const Outcome after = run(built[0], "demo.rpm", rules_for(tree));
    CHECK(after.found("FILEDIGESTS"));
    check_installed(tree, shell_word(tree.file("after.rpm", after.bytes).string()), "root");
  }
}

TEST_CASE("rpm installs what was normalized in its form without names") {
  if (!have_tools()) return;
  const TempTree tree;
  const auto package = tree.file("a.rpm", normal(read_file(data_folder() / "rpm/stripped.rpm")));
  const std::string root = shell_word(tree.folder("root").string());
  const CommandResult digests = run_command("rpm -K --nosignature " + shell_word(package.string()));
  CHECK_MESSAGE(digests.status == 0, digests.output);
  if (!have_root()) return;
  const CommandResult installed =
      run_command("rpm -i --nodeps --dbpath /db --root " + root + " " +
                  shell_word(package.string()) + " && rpm -V --nodeps --dbpath /db --root " + root +
                  " sample && cd " + root + "/usr/share/sample && [ page.gz -ef same.gz ]");
  CHECK_MESSAGE(installed.status == 0, installed.output);
}
