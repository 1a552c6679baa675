#include "driver/tree/replacement.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "driver/tree/file_source.h"
#include "driver/tree/temporary_name.h"
#include "driver/tree/walk.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

bool is_noisy(const fs::path& path) { return read_file(path) == noisy_gzip("text"); }
bool is_normal(const fs::path& path) { return read_file(path) == normal(noisy_gzip("text")); }

struct stat status_of(const fs::path& path) {
  struct stat status {};
  REQUIRE_MESSAGE(::lstat(path.c_str(), &status) == 0, path.string());
  return status;
}

unsigned mode_of(const fs::path& path) { return status_of(path).st_mode & 07777; }

bool has_temporary_names(const fs::path& folder) {
  return std::ranges::any_of(fs::recursive_directory_iterator(folder), [](const auto& entry) {
    return is_temporary_name(entry.path().filename().string());
  });
}

std::string output_of(const std::string& command) {
  const CommandResult result = run_command(command);
  CHECK_MESSAGE(result.status == 0, command << ": " << result.output);
  return result.output;
}

/// A walked tree with one file open for replacement, as a worker has it.
struct Opened {
  explicit Opened(const fs::path& path) : names({}) {
    Task task;
    task.paths = {path.parent_path().string()};
    tree = walk(task, Rules{});
    inodes.emplace(tree);
    const auto found = std::ranges::find_if(
        inodes->all(), [&](Inodes::Names all) { return all.front().path() == path.string(); });
    REQUIRE(found != inodes->all().end());
    names = *found;
    original.file = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(::fstat(original.file.get(), &original.status) == 0);
  }

  Tree tree;
  std::optional<Inodes> inodes;
  Inodes::Names names;
  Original original{};
  WritableFolders writable;
};

}  // namespace

TEST_CASE("owner, group, mode and the time to the nanosecond stay") {
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  const bool root = have_root();
  if (root) REQUIRE(::chown(file.c_str(), 12, 34) == 0);
  for (const unsigned mode : {0644U, 0444U, 0600U, 0755U, 04755U, 02755U, 01666U}) {
    write_file(file, noisy_gzip("text"));
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    set_mtime_ns(file, 1'234'567'890 * kSecond + 123);
    const struct stat before = status_of(file);
    apply({tree.string()});
    const struct stat after = status_of(file);
    CHECK(is_normal(file));
    CHECK(before.st_ino != after.st_ino);
    CHECK(before.st_mode == after.st_mode);
    CHECK(before.st_uid == after.st_uid);
    CHECK(before.st_gid == after.st_gid);
    CHECK(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
  }
  CHECK_FALSE(has_temporary_names(tree.path()));
}

TEST_CASE("the new file has the old one's time of last access") {
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  // Later than all other times, so that reading leaves it alone (mount option relatime).
  const timespec now{::time(nullptr) + 60, 42}, old{1'000'000'000, 0};
  const timespec times[2] = {now, old};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
  apply({tree.string()});
  const struct stat after = status_of(file);
  CHECK(after.st_atim.tv_sec == now.tv_sec);
  CHECK(after.st_atim.tv_nsec == now.tv_nsec);
}

TEST_CASE("extended attributes and ACLs stay, a folder's default ACL adds none") {
  if (!have_tool("setfattr") || !have_tool("setfacl")) return;
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  const auto plain = tree.file("d/b.gz", noisy_gzip("text"));
  const std::string name = shell_word(file.string()), folder = shell_word((tree / "d").string());
  if (run_command("setfattr -n user.origin -v 0x00ff0a " + name + " && setfacl -m u:12:rw " + name +
                  " && setfacl -d -m u:34:rwx " + folder)
          .status != 0) {
    MESSAGE("skipped: the file system keeps no extended attributes");
    return;
  }
  const auto attributes = [](const fs::path& path) {
    return output_of("getfattr --absolute-names -d -m - -e hex " + shell_word(path.string()));
  };
  const std::string before = attributes(file), plain_before = attributes(plain);
  CHECK(before.find("user.origin=0x00ff0a") != std::string::npos);
  CHECK(before.find("posix_acl_access") != std::string::npos);
  CHECK(apply({tree.string()}).summary.changed == 2);
  CHECK(attributes(file) == before);
  CHECK(attributes(plain) == plain_before);
  CHECK(mode_of(plain) == 0644);
}

TEST_CASE("a read-only owner's ACL does not keep his attributes from being copied") {
  if (!have_tool("setfattr") || !have_tool("setfacl")) return;
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  const std::string name = shell_word(file.string());
  if (run_command("setfattr -n user.origin -v text " + name + " && setfacl -m u::r,u:12:r " + name)
          .status != 0)
    return;
  give_to_nobody(tree.path());
  CHECK(as_nobody([&] { return apply({tree.string()}).summary.changed == 1 ? 0 : 1; }) == 0);
  CHECK(output_of("getfattr --absolute-names -n user.origin " + name).find("\"text\"") !=
        std::string::npos);
}

TEST_CASE("capabilities stay") {
  if (!have_root() || !have_tool("setcap")) return;
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  const std::string name = shell_word(file.string());
  if (run_command("setcap cap_net_raw+ep " + name).status != 0) return;
  REQUIRE(::chown(file.c_str(), 12, 34) == 0);  // clears capabilities
  output_of("setcap cap_net_raw+ep " + name);
  CHECK(apply({tree.string()}).summary.changed == 1);
  CHECK(output_of("getcap " + name).find("cap_net_raw=ep") != std::string::npos);
}

TEST_CASE("storage flags stay") {
  if (!have_tool("chattr")) return;
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  const std::string name = shell_word(file.string());
  if (run_command("chattr +dA " + name).status != 0) return;
  const auto flags = [&] { return output_of("lsattr -l " + name); };
  const std::string before = flags();
  CHECK(apply({tree.string()}).summary.changed == 1);
  CHECK(flags() == before);
}

TEST_CASE("an immutable file is left as it was, and said") {
  if (!have_root() || !have_tool("chattr")) return;
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  const auto other = tree.file("b.gz", noisy_gzip("text"));
  if (run_command("chattr +i " + shell_word(file.string())).status != 0) return;
  const RunReport report = apply({tree.string()});
  CHECK(said_of(report, file).outcome == FileReport::Outcome::failed);
  CHECK(said_of(report, file).error == "cannot replace: Operation not permitted");
  CHECK(said_of(report, file).journal.findings.empty());
  CHECK(is_noisy(file));
  CHECK(is_normal(other));
  CHECK_FALSE(has_temporary_names(tree.path()));
}

TEST_CASE("bytes that the kernel's own signature vouches for are left, in both modes") {
  if (!have_root() || !have_tool("setfattr")) return;
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  if (run_command("setfattr -n security.ima -v 0x0301 " + shell_word(file.string())).status != 0)
    return;
  for (const auto run_mode : {apply, check}) {
    const RunReport report = run_mode({tree.string()}, rules_with_epoch());
    CHECK(remarked(said_of(report, file), "signed (security.ima); left as it was"));
    CHECK(report.summary.changed == 0);
  }
  CHECK(is_noisy(file));
}

TEST_CASE("a digest of the old bytes that the kernel keeps is not carried over to the new") {
  if (!have_root() || !have_tool("setfattr")) return;
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  const std::string name = shell_word(file.string());
  if (run_command("setfattr -n security.ima -v 0x0404aa " + name).status != 0) return;
  CHECK(apply({tree.string()}).summary.changed == 1);
  CHECK(output_of("getfattr --absolute-names -d -m security -e hex " + name).find("0404aa") ==
        std::string::npos);
}

TEST_CASE("hard links within what was given stay hard links") {
  const TempTree tree;
  const auto first = tree.file("a/one.gz", noisy_gzip("text"));
  const auto second = tree / "a/two.gz", third = tree.folder("b") / "three.gz";
  fs::create_hard_link(first, second);
  fs::create_hard_link(first, third);
  const RunReport report = apply({tree.string()});
  CHECK(is_normal(first));
  CHECK(fs::equivalent(first, second));
  CHECK(fs::equivalent(first, third));
  CHECK(fs::hard_link_count(first) == 3);
  CHECK(report.summary.files == 1);
  CHECK(report.summary.changed == 1);
  CHECK(said_of(report, first).journal.remarks.empty());
  CHECK(says_nothing_of(report, second));
  CHECK(apply({tree.string()}).files.empty());
}

TEST_CASE("hard links between two given trees stay hard links") {
  const TempTree one, other;
  const auto first = one.file("a.gz", noisy_gzip("text"));
  fs::create_hard_link(first, other / "b.gz");
  CHECK(apply({other.string(), one.string()}).summary.files == 1);
  CHECK(fs::equivalent(first, other / "b.gz"));
  CHECK(is_normal(other / "b.gz"));
}

TEST_CASE("a name outside of what was given keeps the old bytes, and that is said") {
  const TempTree tree, cache;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  fs::create_hard_link(file, tree / "b.gz");
  fs::create_hard_link(file, cache / "a.gz");
  const RunReport foreseen = check({tree.string()});
  const RunReport report = apply({tree.string()});
  for (const RunReport& said : {foreseen, report})
    CHECK(remarked(said_of(said, file), "the other names keep the old bytes (1 of 3)"));
  CHECK(is_normal(file));
  CHECK(fs::equivalent(file, tree / "b.gz"));
  CHECK(is_noisy(cache / "a.gz"));
  CHECK(fs::hard_link_count(cache / "a.gz") == 1);
}

TEST_CASE("a file that may have a name in a folder that cannot be read is left, and said") {
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  tree.folder("closed");
  fs::create_hard_link(file, tree / "closed/b.gz");
  give_to_nobody(tree.path());
  REQUIRE(::chmod((tree / "closed").c_str(), 0) == 0);
  CHECK(as_nobody([&] {
          const RunReport report = apply({tree.string()});
          return said_of(report, file).error == "may have names where the tree could not be read"
                     ? 0
                     : 1;
        }) == 0);
  CHECK(is_noisy(file));
  CHECK(::chmod((tree / "closed").c_str(), 0755) == 0);
}

TEST_CASE("a leftover that cannot be removed is an error, and the rest is done") {
  if (!have_root()) return;
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  const auto leftover = tree.file(".normalize-0123456789abcdef.tmp", std::string_view("half"));
  if (run_command("chattr +i " + shell_word(leftover.string())).status != 0) return;
  const RunReport report = apply({tree.string()});
  CHECK(said_of(report, leftover).error.starts_with("cannot remove what an interrupted run"));
  CHECK(is_normal(file));
  CHECK(run_command("chattr -i " + shell_word(leftover.string())).status == 0);
  CHECK(apply({tree.string()}).summary.leftovers_removed == 1);
}

TEST_CASE("a read-only folder of our own is writable only while files in it are replaced") {
  const TempTree tree;
  for (int i = 0; i < 20; ++i)
    tree.file("d/" + std::to_string(i) + ".gz", noisy_gzip(std::to_string(i)));
  const auto linked = tree.folder("e") / "link.gz";
  fs::create_hard_link(tree / "d/0.gz", linked);
  for (const char* folder : {"d", "e"}) {
    set_mtime_ns(tree / folder, 1'234'567'890 * kSecond + 1);
    REQUIRE(::chmod((tree / folder).c_str(), 0555) == 0);
  }
  give_to_nobody(tree.path());
  CHECK(as_nobody([&] { return apply({tree.string()}).summary.changed == 20 ? 0 : 1; }) == 0);
  for (const char* folder : {"d", "e"}) {
    CHECK(mode_of(tree / folder) == 0555);
    CHECK(mtime_ns(tree / folder) == 1'234'567'890 * kSecond + 1);
  }
  CHECK(fs::equivalent(tree / "d/0.gz", linked));
  CHECK_FALSE(has_temporary_names(tree.path()));
}

TEST_CASE("leftovers in a read-only folder of our own are removed") {
  const TempTree tree;
  const auto leftover = tree.file("d/.normalize-0123456789abcdef.tmp", "half");
  REQUIRE(::chmod((tree / "d").c_str(), 0555) == 0);
  give_to_nobody(tree.path());
  CHECK(as_nobody([&] { return apply({tree.string()}).summary.leftovers_removed == 1 ? 0 : 1; }) ==
        0);
  CHECK_FALSE(fs::exists(leftover));
  CHECK(mode_of(tree / "d") == 0555);
}

TEST_CASE("somebody else's folder is left as it was, and said") {
  if (!have_root()) return;
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  CHECK(as_nobody([&] {
          const RunReport report = apply({tree.string()}, Rules{});
          return said_of(report, file).error == "cannot create a file beside it: Permission denied"
                     ? 0
                     : 1;
        }) == 0);
  CHECK(is_noisy(file));
  CHECK(mode_of(tree / "d") == 0755);
}

TEST_CASE("somebody else's file in our folder is not taken over") {
  if (!have_root()) return;
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  give_to_nobody(tree / "d");
  REQUIRE(::chown(file.c_str(), 12, 34) == 0);
  CHECK(as_nobody([&] {
          const RunReport report = apply({(tree / "d").string()}, Rules{});
          return said_of(report, file).error ==
                         "cannot keep owner and group: Operation not permitted"
                     ? 0
                     : 1;
        }) == 0);
  CHECK(is_noisy(file));
  CHECK(status_of(file).st_uid == 12);
  CHECK_FALSE(has_temporary_names(tree.path()));
}

TEST_CASE("a full disk leaves files as they were and nothing behind") {
  if (!have_root()) return;
  const TempTree tree;
  const auto disk = tree.folder("disk");
  const std::string mount_point = shell_word(disk.string());
  if (run_command("mount -t tmpfs -o size=256k none " + mount_point).status != 0) {
    MESSAGE("skipped: cannot mount a tmpfs");
    return;
  }
  std::string noise;
  for (std::uint32_t i = 0, state = 1; i < 100'000; ++i, state = state * 1'664'525 + 1'013'904'223)
    noise += static_cast<char>(state >> 24);
  const Bytes large = noisy_gzip(noise);
  const auto file = tree.file("disk/large.gz", large);
  const auto small = tree.file("disk/small.gz", noisy_gzip("text"));
  run_command("dd if=/dev/zero of=" + shell_word((disk / "ballast").string()) + " bs=1k count=80");
  const RunReport report = apply({disk.string()});
  CHECK(said_of(report, file).error == "cannot write: No space left on device");
  CHECK(read_file(file) == large);
  // Another worker may have met the disk full of the large one's temporary file.
  apply({small.string()});
  CHECK(is_normal(small));
  CHECK_FALSE(has_temporary_names(disk));
  CHECK(run_command("umount " + mount_point).status == 0);
}

TEST_CASE("a file that somebody changes while it is worked on keeps the change") {
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  const auto other = tree.file("x", "another");
  const auto replace_after = [&](const auto& change) {
    Opened opened(file);
    Replacement replacement(opened.tree, opened.writable, opened.names, std::move(opened.original));
    replacement.write(Content::view(as_bytes("new")));
    change();
    CHECK_THROWS_AS(replacement.commit({}), ChangedMeanwhile);
  };
  replace_after([&] { write_file(file, noisy_gzip("TEXT")); });
  CHECK(read_file(file) == noisy_gzip("TEXT"));
  replace_after([&] { fs::permissions(file, fs::perms::owner_all); });
  replace_after([&] { fs::rename(other, file); });
  CHECK(read_file(file) == bytes("another"));
  CHECK_FALSE(has_temporary_names(tree.path()));
}

TEST_CASE("a file that has gone meanwhile is not made anew") {
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  Opened opened(file);
  {
    Replacement replacement(opened.tree, opened.writable, opened.names, std::move(opened.original));
    fs::remove(file);
    CHECK_THROWS_AS(replacement.commit({}), std::system_error);
  }
  CHECK(fs::is_empty(tree / "d"));
}

TEST_CASE("a replacement that is never committed leaves nothing, its folder's time included") {
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  set_mtime_ns(tree / "d", kSecond);
  {
    Opened opened(file);
    Replacement replacement(opened.tree, opened.writable, opened.names, std::move(opened.original));
    replacement.write(Content::view(as_bytes("new")));
    CHECK(has_temporary_names(tree.path()));
    // Whoever cleans up meanwhile sees that it is alive.
    CHECK(apply({tree.string()}, Rules{}).summary.leftovers_removed == 0);
  }
  CHECK_FALSE(has_temporary_names(tree.path()));
  CHECK(mtime_ns(tree / "d") == kSecond);
}

TEST_CASE("content in thousands of pieces is written whole") {
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  Opened opened(file);
  Replacement replacement(opened.tree, opened.writable, opened.names, std::move(opened.original));
  const std::string letters = "abcdefghijklmnopqrstuvwxyz";
  Content content;
  std::string expected;
  for (std::size_t i = 0; i < 5000; ++i) {
    const std::string_view piece = std::string_view(letters).substr(i * 7 % 25, 1);
    content.append({as_bytes(piece), nullptr});
    expected += piece;
  }
  REQUIRE(content.pieces().size() > 1000);
  replacement.write(content);
  replacement.commit({kEpoch, 0});
  CHECK(read_file(file) == bytes(expected));
}

TEST_CASE("temporary names are ours alone") {
  for (int i = 0; i < 100; ++i) CHECK(is_temporary_name(make_temporary_name()));
  CHECK(make_temporary_name() != make_temporary_name());
  for (const char* name : {"", ".normalize-.tmp", ".normalize-0123456789abcde.tmp",
                           ".normalize-0123456789abcdeg.tmp", "x.normalize-0123456789abcdef.tmp",
                           ".normalize-0123456789abcdef.tmpx", ".normalize-0123456789abcdef.TMP"})
    CHECK_FALSE_MESSAGE(is_temporary_name(name), name);
}
