// What `store add` sees of a tree, and that it notices when the tree changes meanwhile.

#include "driver/store/survey.h"

#include <doctest/doctest.h>

#include "driver/store/object_writer.h"
#include "driver/store/store.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::store;
using namespace normalize::test;

namespace {

struct SmallTree : TempTree {
  SmallTree() {
    file("a/same", "the same text");
    file("a/twin", "the same text");
    file("packed.gz", noisy_gzip("payload"));
    std::filesystem::create_hard_link(*this / "packed.gz", *this / "z.gz");
  }
  const Rules rules = rules_with_epoch();
  Task task() const {
    Task task;
    task.mode = Task::Mode::check;
    task.paths = {string()};
    return task;
  }
};

struct EmptyStore : TempTree {
  EmptyStore() { Store::create(string()); }
};

/// Writes what is new of a tree into a bundle that is never put in place.
void write(const NormalTree& tree, Survey found, Store& store) {
  const Build none;
  const Likeness likeness(none, store.catalogue());
  BundleWriter out(store.bundles());
  ObjectWriter({tree, store.objects(), store.catalogue(), likeness, nullptr}, out, 2)
      .write(std::move(found.objects));
}

}  // namespace

TEST_CASE("equal files are one object, and a file that is not normal has a second one") {
  const SmallTree source;
  const EmptyStore folder;
  Store store(folder.string(), Store::Access::write);
  const NormalTree tree(source.task(), source.rules, nullptr, Naming::below_root);
  const Survey found = survey(tree, store.catalogue(), 2, nullptr);
  CHECK(found.complete);
  CHECK(found.objects.size() == 3);
  CHECK(found.files() == 3);
  const BuildName& packed = found.build.at(*find_name(found.build, "packed.gz"));
  CHECK(packed.bytes.digest != packed.original_bytes.digest);
  CHECK(packed.original_bytes.digest == Digest::of(read_file(source / "packed.gz")));
  const BuildName& link = found.build.at(*find_name(found.build, "z.gz"));
  CHECK(link.hard_link == "packed.gz");
  CHECK(link.original_bytes == packed.original_bytes);
}

TEST_CASE("a list of a build says all that the build is") {
  const SmallTree source;
  source.file("odd \\ \n\xff name", "x");
  const EmptyStore folder;
  Store store(folder.string(), Store::Access::write);
  const NormalTree tree(source.task(), source.rules, nullptr, Naming::below_root);
  Build build = survey(tree, store.catalogue(), 1, nullptr).build;
  build[1].attributes = {{"user.a", "b c"}, {"user.\n", std::string(3, '\0')}};
  build[1].has_holes = true;
  const std::string text = build_text(build);
  CHECK(build_text(parse_build(text)) == text);
  CHECK(parse_build(text)[1].attributes == build[1].attributes);
  for (const char* path : {"./../x", "./a/../b", "/a", "./a//b", "./"})
    CHECK_THROWS(
        parse_build(std::string(path) + " type=dir mode=0755 uid=0 gid=0 time=0.000000000\n"));
  CHECK_THROWS(parse_build("./a type=file mode=0644 sha256=12\n"));
  CHECK_THROWS(parse_build("./a what=is this\n"));
}

TEST_CASE("a file that changes while its tree is added is an error that names it") {
  const SmallTree source;
  const EmptyStore folder;
  Store store(folder.string(), Store::Access::write);
  const NormalTree tree(source.task(), source.rules, nullptr, Naming::below_root);
  Survey found = survey(tree, store.catalogue(), 2, nullptr);
  expect_unchanged(tree, found.build);
  source.file("a/same", "other text");
  CHECK_THROWS_WITH_AS(expect_unchanged(tree, found.build),
                       doctest::Contains("a/same: changed while"), std::runtime_error);
  for (NewObject& object : found.objects) object.kept.reset();  // has to be read again
  CHECK_THROWS_WITH_AS(write(tree, std::move(found), store), doctest::Contains("changed while"),
                       std::runtime_error);
}

TEST_CASE("a name that comes or goes while its tree is added is an error") {
  const SmallTree source;
  const EmptyStore folder;
  Store store(folder.string(), Store::Access::write);
  const NormalTree tree(source.task(), source.rules, nullptr, Naming::below_root);
  const Survey found = survey(tree, store.catalogue(), 2, nullptr);
  source.file("a/another", "new");
  CHECK_THROWS_WITH_AS(expect_unchanged(tree, found.build), doctest::Contains("changed while"),
                       std::runtime_error);
  std::filesystem::remove_all(source / "a");
  CHECK_THROWS(expect_unchanged(tree, found.build));
}
