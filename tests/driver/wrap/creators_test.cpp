#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "driver/wrap/creator.h"
#include "driver/wrap/environment.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::wrap;
using namespace normalize::test;

namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// What a command line means, its words parted by blanks; the first is the creator.
Call call_of(const std::string& line) {
  std::vector<std::string> words = words_of(line);
  const std::string program = words.front();
  words.erase(words.begin());
  const Creator* const creator = creator_of(program);
  REQUIRE(creator != nullptr);
  return creator->understand({program, words});
}

bool writes(const std::string& line) { return call_of(line).writes; }

/// The places of its packages, parted by blanks.
std::string places(const std::string& line) {
  std::string text;
  for (const OutputPlace& place : call_of(line).outputs)
    text += (text.empty() ? "" : " ") + place.pattern;
  return text;
}

std::string stages(const std::string& line) {
  std::string text;
  for (const Stage& stage : call_of(line).stages) text += (text.empty() ? "" : " ") + stage.path;
  return text;
}

/// The command line as it is run with an epoch, by a user.
std::string as_run(const std::string& line, Situation situation = {.epoch = 42}) {
  std::vector<std::string> words = words_of(line);
  const std::string program = words.front();
  words.erase(words.begin());
  std::string text = program;
  for (const std::string& word : with_switches(words, call_of(line), situation)) text += " " + word;
  return text;
}

}  // namespace

TEST_CASE("a creator is known by its name, whatever its folder and version") {
  CHECK(creator_of("/usr/bin/python3.11")->name == "python");
  CHECK(creator_of("pip3")->name == "pip");
  CHECK(creator_of("./gem3.1")->name == "gem");
  CHECK(creator_of("mkisofs")->name == "genisoimage");
  CHECK(creator_of("tarsnap") == nullptr);
  CHECK(creator_of("ls") == nullptr);
  CHECK(creator_named("netbsd")->name == "netbsd");
  CHECK(creator_named("tar.gz") == nullptr);
}

TEST_CASE("OpenBSD's pkg_create is asked for lists and signatures far more often than it packs") {
  CHECK_FALSE(writes("pkg_create -n -q -B /fake -d d -DCOMMENT=c -f list -p /usr/local x-1.tgz"));
  CHECK_FALSE(writes("pkg_create -Q -f list x-1.tgz"));
  CHECK_FALSE(writes("pkg_create -S -f list x-1.tgz"));
  const std::string packs = "pkg_create -B /fake -d d -DCOMMENT=c -f list -p /usr/local p/x-1.tgz";
  CHECK(writes(packs));
  CHECK(stages(packs) == "/fake");
  CHECK(places(packs) == "p/x-1.tgz");
  CHECK(as_run(packs) == packs);
}

TEST_CASE("NetBSD's pkg_create has its stage at -p where -I tells the prefix of use") {
  const std::string packs = "pkg_create -c COMMENT -d DESC -f PLIST -I /usr/pkg -p /d/usr/pkg x-1";
  CHECK(writes(packs));
  CHECK(stages(packs) == "/d/usr/pkg");
  CHECK(places(packs) == "x-1 x-1.tgz");
  CHECK(stages("pkg_create -c COMMENT -d DESC -f PLIST -p /usr/pkg x-1") == "");
  CHECK_FALSE(writes("pkg_create -O -c COMMENT -d DESC -f PLIST x-1"));
}

TEST_CASE("FreeBSD's pkg creates packages by one of its commands, dated where it is asked to") {
  CHECK_FALSE(writes("pkg info"));
  CHECK_FALSE(writes("pkg -o X=y install create"));
  const std::string packs = "pkg -d create -r /stage -m meta -p plist -o out";
  CHECK(stages(packs) == "/stage");
  CHECK(places(packs) == "out/*.pkg out/*.t[abgxz]*");
  CHECK(as_run(packs) == "pkg -d create -t 42 -r /stage -m meta -p plist -o out");
  CHECK(as_run(packs, {}) == packs);
  CHECK(as_run(packs + " -t 7") == packs + " -t 7");
}

TEST_CASE("dpkg-deb names its package after the folder, and leaves owners to root alone") {
  for (const char* line : {"dpkg-deb -I x.deb", "dpkg-deb -x x.deb d", "dpkg-deb --version"})
    CHECK_FALSE(writes(line));
  CHECK(places("dpkg-deb -Zgzip --build tree/") == "tree.deb");
  CHECK(places("dpkg-deb -b tree out/x.deb") == "out/x.deb");
  CHECK(places("dpkg-deb -b tree /") == "/*.deb /*.udeb");
  CHECK(as_run("dpkg-deb -b tree") == "dpkg-deb --root-owner-group -b tree");
  CHECK(as_run("dpkg-deb -b tree", {.as_root = true}) == "dpkg-deb -b tree");
  CHECK(as_run("dpkg-deb --root-owner-group -b tree") == "dpkg-deb --root-owner-group -b tree");
}

TEST_CASE("a tree for dpkg-deb whose sums were taken already is left to the package") {
  const TempTree tree;
  tree.file("a/DEBIAN/control", "");
  tree.file("b/DEBIAN/md5sums", "");
  CHECK(stages("dpkg-deb -b " + tree.string() + "/a") == tree.string() + "/a");
  CHECK(stages("dpkg-deb -b " + tree.string() + "/b") == "");
}

TEST_CASE("opkg-build packs its first argument") {
  CHECK(stages("opkg-build -o root -Z gzip tree out") == "tree");
  CHECK(places("opkg-build tree out") == "out/*.ipk out/*.opk");
  CHECK(places("opkg-build tree") == "*.ipk *.opk");
}

TEST_CASE("rpmbuild writes a package by some of its stages; macros are defined once") {
  for (const char* line : {"rpmbuild -bp x.spec", "rpmbuild --eval %x", "rpmbuild -bl x.spec"})
    CHECK_FALSE(writes(line));
  if (!have_tool("rpmbuild")) return;
  CHECK(places("rpmbuild -bb --define=_rpmdir/r x.spec").find("rpm") != std::string::npos);
  const std::string run = as_run("rpmbuild -ba x.spec");
  CHECK(run ==
        "rpmbuild --define _buildhost reproducible --define "
        "use_source_date_epoch_as_buildtime 1 --define clamp_mtime_to_source_date_epoch 1 "
        "-ba x.spec");
  CHECK(as_run("rpmbuild -ba x.spec", {}) ==
        "rpmbuild --define _buildhost reproducible -ba x.spec");
}

TEST_CASE("abuild and apk write packages by some of their commands") {
  CHECK(writes("abuild -r -P /repo"));
  CHECK(places("abuild -P /repo rootpkg") == "/repo/*/*/*.apk");
  CHECK_FALSE(writes("abuild checksum"));
  CHECK_FALSE(writes("apk add mkpkg"));
  CHECK(stages("apk mkpkg -I name:x --files tree -o x.apk") == "tree");
  CHECK(places("apk mkpkg --files tree --output=x.apk") == "x.apk");
}

TEST_CASE("programs of many commands write packages by one of them") {
  for (const char* line :
       {"npm install", "npm pack --dry-run", "gem install x", "cargo build", "cargo package --list",
        "pip install x", "python3 x.py", "python3 -c pass -m build", "python3 -m venv build",
        "python3 -m build --help", "pip3 wheel --help", "makepkg --printsrcinfo"})
    CHECK_FALSE(writes(line));
  CHECK(places("npm --silent pack --pack-destination out") == "out/*.tgz");
  CHECK(places("gem build x.gemspec") == "*.gem");
  CHECK(places("gem build x.gemspec -C d -o x.gem") == "d/x.gem");
  CHECK(places("cargo +stable package --target-dir t") == "t/package/*.crate");
  CHECK(places("python3 -I -m build --wheel sub") ==
        "sub/dist/*.whl sub/dist/*.tar.gz sub/dist/*.zip");
  CHECK(places("python3 -W ignore -m pip wheel -w out .") == "out/*.whl");
  CHECK(places("python3 setup.py -q bdist_wheel -d out") == "out/*.whl out/*.tar.gz out/*.zip");
}

TEST_CASE("tar's options are found in all of their spellings") {
  CHECK_FALSE(writes("tar xf a.tar"));
  CHECK_FALSE(writes("tar -tvf c.tar"));
  CHECK(places("tar czf a.tgz d") == "a.tgz");
  CHECK(places("tar cCf d a.tar .") == "a.tar");
  CHECK(places("tar -C d -czf a.tgz .") == "a.tgz");
  CHECK(places("tar --create --file=a.tar d") == "a.tar");
  CHECK(places("tar --create --exclude f --file a.tar d") == "a.tar");
  CHECK(places("tar -cf a*b.tar d") == "a\\*b.tar");
  for (const char* line : {"tar c d", "tar cf - d", "tar -cf host:a.tar d", "tar -cMf a.tar d"})
    CHECK(call_of(line).out_of_reach);
  CHECK_FALSE(call_of("tar --force-local -cf a:b.tar d").out_of_reach);
  CHECK(stages("tar -C / -cf a.tar .") == "");
}

TEST_CASE("zip's archive is the first word that is no option, nor a pattern") {
  CHECK(places("zip -r out dir") == "out.zip");
  CHECK(places("zip -qr9 out.jar dir -x a b") == "out.jar");
  CHECK(places("zip -x a b -r out dir") == "out.zip");
  CHECK(places("zip -b tmp -lf log out dir") == "out.zip");
  CHECK(places("zip in.zip -O out.zip f") == "out.zip");
  CHECK(places("zip --temp-path tmp --quiet dir.x/out f") == "dir.x/out.zip");
  CHECK(call_of("zip - f").out_of_reach);
  CHECK_FALSE(writes("zip -T in.zip"));
  CHECK_FALSE(writes("zip -sf in.zip"));
  CHECK_FALSE(writes("zip -v"));
}

TEST_CASE("jar's options are letters in a word, or options") {
  CHECK(places("jar cfm a.jar mf -C d .") == "a.jar");
  CHECK(places("jar -cvmf mf a.jar d") == "a.jar");
  CHECK(places("jar --create --file a.jar -C d .") == "a.jar");
  CHECK(places("jar -u -f a.jar x") == "a.jar");
  CHECK_FALSE(writes("jar tf a.jar"));
  CHECK_FALSE(writes("jar --list --file=c.jar"));
  CHECK(call_of("jar c d").out_of_reach);
}

TEST_CASE("images of file systems stand behind the folders, or behind an option") {
  const TempTree tree;
  const std::string d = tree.folder("d").string();
  CHECK(places("mksquashfs " + d + " e x.sqfs -comp xz") == "x.sqfs");
  CHECK(stages("mksquashfs " + d + " e x.sqfs -comp xz") == d);
  CHECK(as_run("mksquashfs d x.sqfs -quiet") == "mksquashfs d x.sqfs -quiet -all-root");
  CHECK(as_run("mksquashfs d x.sqfs -root-owned") == "mksquashfs d x.sqfs -root-owned");
  CHECK(call_of("mksquashfs d x.sqfs -mkfs-time 3").without_epoch);
  CHECK_FALSE(writes("mksquashfs -version"));
  CHECK(places("genisoimage -quiet -r -V VOLUME -o x.iso " + d) == "x.iso");
  CHECK(stages("genisoimage -quiet -r -V VOLUME -o x.iso " + d) == d);
  CHECK(stages("mkisofs -graft-points -o x.iso boot=" + d) == d);
  CHECK(call_of("genisoimage -r d").out_of_reach);
  CHECK_FALSE(writes("genisoimage -version"));
  CHECK(places("xorriso -as mkisofs -o x.iso " + d) == "x.iso");
  CHECK(places("xorriso -outdev stdio:x.iso -map " + d + " / -commit") == "x.iso");
  CHECK_FALSE(writes("xorriso -indev x.iso -ls"));
  CHECK(call_of("xorriso -dev /dev/sr0 -map d /").out_of_reach);
}

TEST_CASE("the environment is settled, but what the caller has set for the creator stays") {
  const Call call = call_of("tar cf a.tar d");
  Environment plain({"PATH=/bin", "TZ=Asia/Tokyo", "LANGUAGE=de", "SOURCE_DATE_EPOCH=1"});
  settle_environment(plain, call, {.epoch = 42});
  const auto has = [](const Environment& environment, const std::string& entry) {
    return std::ranges::find(environment.entries(), entry) != environment.entries().end();
  };
  for (const char* entry :
       {"PATH=/bin", "TZ=UTC", "PYTHONHASHSEED=0", "SOURCE_DATE_EPOCH=42",
        "TAR_OPTIONS=--sort=name --owner=0 --group=0 --numeric-owner --mtime=@42 --clamp-mtime"})
    CHECK(has(plain, entry));
  CHECK(plain.has("LC_ALL"));
  CHECK_FALSE(plain.has("LANGUAGE"));

  Environment set({"TAR_OPTIONS=-v", "SOURCE_DATE_EPOCH=1"});
  settle_environment(set, call, {.root_owned = false});
  CHECK(has(set, "TAR_OPTIONS=-v"));
  CHECK_FALSE(set.has("SOURCE_DATE_EPOCH"));
}
