#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>

#include "driver/counters.h"
#include "driver/sandbox/run_access.h"
#include "driver/scratch.h"
#include "driver/tree/descriptor.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

bool have_sandbox() {
  if (sandbox_name() != "none") return true;
  std::cout << "skipped: this system confines no process\n";
  return false;
}

/// Whether `work` answers true in a process that is confined as a run of `task` is.
bool confined(const Task& task, const std::function<bool()>& work, const std::string& output = "") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Access access = access_for(task, {});
    add_output(access, output);
    const bool answer = confine(access) && work();
    save_counters();
    ::_exit(answer ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status == 0;
}

bool can_open(const fs::path& path, int flags) {
  return static_cast<bool>(open_at(AT_FDCWD, path.string(), flags, 0600));
}
bool can_make(const fs::path& path) { return can_open(path, O_WRONLY | O_CREAT); }

Task task_on(const fs::path& path, Task::Mode mode) {
  Task task;
  task.mode = mode;
  task.paths = {path.string()};
  return task;
}

std::string program() { return shell_word(NORMALIZE_PROGRAM); }

}  // namespace

TEST_CASE("a run that applies writes in the trees it is given and nowhere else") {
  if (!have_sandbox()) return;
  const TempTree place, outside;
  const auto file = place.file("tree/sub/a", "text"), beside = place.file("beside", "text");
  const auto other = outside.file("other", "text");
  const Task task = task_on(place / "tree", Task::Mode::apply);
  CHECK(confined(task, [&] { return can_open(file, O_RDWR) && can_make(place / "tree/sub/new"); }));
  CHECK(confined(task, [&] { return ::rename(file.c_str(), (place / "tree/a").c_str()) == 0; }));
  CHECK(confined(task, [&] { return !can_open(beside, O_WRONLY) && !can_make(place / "new"); }));
  CHECK(confined(task, [&] {
    return ::rename((place / "tree/a").c_str(), (place / "a").c_str()) != 0 &&
           ::unlink(beside.c_str()) != 0 && ::truncate(beside.c_str(), 0) != 0;
  }));
  CHECK(confined(task, [&] { return !can_open(other, O_RDONLY) && !can_open(other, O_WRONLY); }));
  CHECK(confined(task, [&] { return ::mkdir((place / "tree/folder").c_str(), 0755) != 0; }));
  CHECK(read_file(beside) == bytes("text"));
}

TEST_CASE("a run that only looks writes nowhere but to its outputs and the scratch folder") {
  if (!have_sandbox()) return;
  const TempTree place;
  const auto file = place.file("tree/a", "text");
  place.folder("out");
  const Task task = task_on(place / "tree", Task::Mode::check);
  CHECK(confined(task, [&] { return can_open(file, O_RDONLY) && !can_open(file, O_WRONLY); }));
  CHECK(confined(task, [&] { return !can_make(place / "out/p"); }));
  CHECK(confined(
      task, [&] { return can_make(place / "out/p"); }, (place / "out/p").string()));
  CHECK(confined(task, [&] {
    Scratch scratch;
    scratch.region()->resize(100'000);
    return true;
  }));
}

TEST_CASE("a file that is given alone has its folder for its run") {
  if (!have_sandbox()) return;
  const TempTree place;
  const auto file = place.file("folder/a", "text"), other = place.file("other/b", "text");
  const Task task = task_on(file, Task::Mode::apply);
  CHECK(confined(task, [&] { return can_make(place / "folder/.temporary"); }));
  CHECK(confined(task, [&] { return !can_open(other, O_WRONLY); }));
}

TEST_CASE("a run speaks to nobody by TCP") {
  if (!have_sandbox() || std::stoi(sandbox_name().substr(sandbox_name().find(' ') + 1)) < 4) return;
  const TempTree place;
  CHECK(confined(task_on(place.path(), Task::Mode::apply), [] {
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(9);
    return ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
           errno == EACCES;
  }));
}

TEST_CASE("--version says what confines a run") {
  const CommandResult result = run_command(program() + " --version");
  CHECK(result.output.find("\nsandbox " + sandbox_name() + "\n") != std::string::npos);
}

TEST_CASE("a plugin cannot write, in the tree or outside of it") {
  if (!have_sandbox()) return;
  const TempTree place;
  const auto file = place.file("tree/a.index", "text");
  place.folder("elsewhere");
  place.file("plugins/writer.py",
             "def normal(data, path, settings):\n"
             "    with open(settings['file'], 'wb') as out:\n"
             "        out.write(b'x')\n"
             "    return b'changed'\n");
  const auto run_with = [&](const std::string& target, const std::string& environment) {
    place.file("r.toml",
               "[[rule]]\nname = 'w'\nreason = 'w'\npath = '*.index'\npython = 'writer:normal'\n"
               "settings = { file = '" +
                   target + "' }\n");
    return run_command(environment + program() + " apply --rules " +
                       shell_word((place / "r.toml").string()) + " --plugin-path " +
                       shell_word((place / "plugins").string()) + " " +
                       shell_word((place / "tree").string()));
  };
  const std::string inside = (place / "tree/made").string();
  const std::string outside = (place / "elsewhere/made").string();
  const CommandResult first = run_with(inside, "");
  if (first.output.find("is not installed") != std::string::npos) {
    std::cout << "skipped: normalize-python is not built\n";
    return;
  }
  CHECK_MESSAGE(first.output.find("PermissionError") != std::string::npos, first.output);
  CHECK(run_with(outside, "").output.find("PermissionError") != std::string::npos);
  CHECK_FALSE(fs::exists(inside));
  CHECK_FALSE(fs::exists(outside));
  CHECK(read_file(file) == bytes("text"));
  run_with(outside, "NORMALIZE_SANDBOX=off ");
  CHECK(fs::exists(outside));
  CHECK(read_file(file) == bytes("changed"));
}
