#include "driver/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

extern char** environ;

namespace normalize {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
/// An unlinked file takes any amount without anybody reading meanwhile, as a pipe would not.
using TemporaryFile = std::unique_ptr<std::FILE, CloseFile>;

void check(int error, const std::string& what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

TemporaryFile temporary_file() {
  TemporaryFile file(std::tmpfile());
  if (!file) check(errno, "temporary file");
  return file;
}

std::string read_back(std::FILE* file) {
  std::string text;
  char block[4096];
  std::rewind(file);
  while (const std::size_t count = std::fread(block, 1, sizeof block, file))
    text.append(block, count);
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment(const std::vector<std::string>& without) {
  std::vector<std::string> kept;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry;
    if (std::ranges::find(without, text.substr(0, text.find('='))) == without.end())
      kept.push_back(text);
  }
  return kept;
}

class FileActions {
 public:
  FileActions() { check(::posix_spawn_file_actions_init(&actions_), "posix_spawn"); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  void read_nothing() {
    check(::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
          "posix_spawn");
  }
  void send(int descriptor, std::FILE* file) {
    check(::posix_spawn_file_actions_adddup2(&actions_, ::fileno(file), descriptor), "posix_spawn");
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) check(errno, "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& without) {
  const TemporaryFile output = temporary_file(), errors = temporary_file();
  FileActions actions;
  actions.read_nothing();
  actions.send(STDOUT_FILENO, output.get());
  actions.send(STDERR_FILENO, errors.get());
  std::vector<std::string> words = arguments, variables = environment(without);
  pid_t child = 0;
  check(::posix_spawnp(&child, words.front().c_str(), actions.get(), nullptr,
                       pointers(words).data(), pointers(variables).data()),
        words.front());
  const int status = wait_for(child);
  return {status, read_back(output.get()), read_back(errors.get())};
}

}  // namespace normalize
