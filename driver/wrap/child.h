#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

/// The wrapped command, as a process: with our streams, and as if we were not there.
namespace normalize::wrap {

struct Program {
  std::string path;                      // as exec(2) takes it, with a slash
  std::vector<std::string> words;        // the first is its own name for itself
  std::vector<std::string> environment;  // "NAME=value"
  mode_t umask = 022;                    // of files it makes; not for become()
};

/// Puts the program in our place. Returns only by throwing std::system_error.
[[noreturn]] void become(const Program& program);

/// Runs it to its end and returns its status, as waitpid(2) does. It shares our streams; signals
/// that somebody sends to us are sent on to it, those of the terminal it gets itself.
/// Throws std::system_error where it cannot be started.
int run_to_its_end(const Program& program);

/// While this lives, signals that would end us wait; where it ends, they arrive. Programs that are
/// run meanwhile get them as ever.
class SignalsHeld {
 public:
  SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld();

  /// Whether one of them waits.
  bool interrupted() const;

 private:
  sigset_t before_;
};

bool has_succeeded(int status);

/// Ends as the child did: returns its exit status, or dies of the signal that it died of; where
/// that cannot be, returns 128 and the signal.
int end_as(int status);

}  // namespace normalize::wrap
