#include "driver/tree/paths.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "driver/tree/open.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

/// Whether `work` answers true in a process of its own: what is held there stays held.
bool elsewhere(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(work() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status == 0;
}

bool can_open(const fs::path& path, int flags = O_RDONLY) {
  return static_cast<bool>(open_path(path.string(), flags, 0600));
}

bool is_there(const fs::path& path) {
  struct stat status {};
  return stat_path(path.string(), status);
}

void hold(const fs::path& path) { hold_path(path.string()); }

}  // namespace

TEST_CASE("paths lead through what is held and nowhere else") {
  const TempTree place;
  const fs::path inside = place.file("tree/sub/a", "text"), beside = place.file("tree-2", "text");
  CHECK(can_open(beside));
  CHECK(elsewhere([&] {
    hold(place / "tree");
    return can_open(inside) && can_open(place / "tree/sub/new", O_WRONLY | O_CREAT) &&
           can_open(place / "tree", O_RDONLY | O_DIRECTORY) && can_open(place / "tree/.") &&
           can_open((place / "tree").string() + "//sub/a") && is_there(inside);
  }));
  CHECK(elsewhere([&] {
    hold(place / "tree");
    return !can_open(beside) && errno == EACCES && !can_open(place / "") && !is_there(beside);
  }));
  CHECK(elsewhere(
      [&] { return hold_path((place / "none/such").string()).empty() && !can_open(beside); }));
}

TEST_CASE("a file that is held is no way to those beside it") {
  const TempTree place;
  const fs::path file = place.file("file", "text"), beside = place.file("beside", "text");
  CHECK(elsewhere([&] {
    hold(file);
    return can_open(file) && is_there(file) && !can_open(beside) && !can_open(file / "x");
  }));
}

TEST_CASE("a link is itself, and the folder behind it with a slash at its end") {
  const TempTree place;
  const fs::path file = place.file("folder/file", "text");
  const std::string link = (place / "link").string();
  fs::create_symlink("folder", link);
  CHECK(elsewhere([&] {
    hold(link);
    return !can_open(link, O_RDONLY | O_NOFOLLOW) && errno == ELOOP && !can_open(link + "/file");
  }));
  CHECK(elsewhere([&] {
    hold(link + "/");
    return can_open(link + "/file") && can_open(link + "/.");
  }));
}

TEST_CASE("the working folder is held for every relative path") {
  const TempTree place;
  place.file("folder/file", "text");
  CHECK(elsewhere([&] {
    fs::current_path(place / "folder");
    hold(".");
    fs::current_path("/");
    return can_open("file") && can_open("./file") && is_there("file") && !can_open("/file");
  }));
}

TEST_CASE("the nearest of what is held counts, and of two the first") {
  const TempTree place;
  place.file("tree/sub/a", "text");
  CHECK(elsewhere([&] {
    const int outer = hold_path((place / "tree").string()).at(0);
    const int first = hold_path((place / "tree/sub").string()).at(0);
    const int second = hold_path((place / "tree/sub").string()).at(0);
    return outer != first && first != second && ::close(second) == 0 && ::close(outer) == 0 &&
           can_open(place / "tree/sub/a");
  }));
}

TEST_CASE("a path that goes up leads nowhere, but where that is held") {
  const TempTree place;
  place.file("tree/sub/a", "text");
  CHECK(elsewhere([&] {
    hold(place / "tree");
    return can_open(place / "tree/sub/../sub/a") && !can_open(place / "tree/../tree/sub/a");
  }));
  CHECK(elsewhere([&] {
    hold(place / "tree/sub/..");
    return can_open(place / "tree/sub/a") && can_open(place / "tree/sub/../sub/a") &&
           !can_open(place / "tree/../tree/sub/a");
  }));
  CHECK(elsewhere([&] {
    fs::current_path(place / "tree/sub");
    hold(".");
    hold("./..");
    return can_open("a") && can_open("../sub/a") && !can_open("../../tree/sub/a");
  }));
}

TEST_CASE("behind a link that is held there may be what its name is not") {
  const TempTree place;
  place.file("here/sub/file", "text");
  place.file("there/sub/file", "text");
  place.folder("here/real");
  fs::create_directory_symlink(place / "there/sub", place / "here/link");
  CHECK(elsewhere([&] {
    hold(place / "here/link/..");  // is there/
    return !can_open(place / "here/sub/file") && can_open(place / "here/link/../sub/file");
  }));
}

TEST_CASE("a file behind a link is held with it, for those who follow it") {
  const TempTree place;
  const fs::path target = place.file("elsewhere/target", "text");
  place.folder("links");
  const fs::path link = place / "links/link";
  fs::create_symlink("../elsewhere/target", link);
  CHECK(elsewhere([&] {
    return hold_path(link.string()).size() == 2 && can_open(link) && is_there(link) &&
           !can_open(link, O_RDONLY | O_NOFOLLOW) && errno == ELOOP && !can_open(target);
  }));
}

TEST_CASE("a file in a folder that is held gets no way of its own") {
  const TempTree place;
  const fs::path file = place.file("tree/file", "text");
  CHECK(elsewhere([&] {
    hold(place / "tree");
    return hold_path(file.string()).empty() && can_open(file);
  }));
}

TEST_CASE("a path too long for one system call leads through what is held") {
  const TempTree place;
  std::string path = place.string();
  for (int i = 0; i < 6; ++i) path += "/" + std::string(200, 'x');
  fs::create_directories(path);
  std::ofstream(path + "/file") << "text";
  CHECK(elsewhere([&] {
    hold(path);
    return static_cast<bool>(open_given(path + "/file", O_RDONLY));
  }));
  CHECK(elsewhere([&] {
    hold(place.path());
    return static_cast<bool>(open_given(path + "/file", O_RDONLY));
  }));
}
