#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "driver/tree/descriptor.h"

namespace normalize {

/// A program, and its words, which begin with its name.
struct ProgramCall {
  std::string program;
  std::vector<std::string> words;
};

/// A program that runs, and our ends of what it was given.
struct Launched {
  pid_t pid = -1;
  Descriptor socket;  // the other end is its descriptor kPythonSocket
  Descriptor errors;  // what it says on standard error; reading does not block
};

/// Starts one program whenever it is asked, and ends what it started. The program has no standard
/// input or output, a process group of its own, and no other descriptor of ours. Any number of
/// threads may call.
class Launcher {
 public:
  virtual ~Launcher() = default;

  /// Throws std::system_error where it cannot be started.
  virtual Launched start() = 0;
  /// Whether that program has ended. Its number stays its own until end().
  virtual bool has_ended(pid_t pid) = 0;
  /// Ends the program, and its whole group, unless it has ended itself. Returns its status, as
  /// waitpid() does. Once for each.
  virtual int end(pid_t pid) = 0;
};

/// Starts `call` as a child of this process.
Launched launch(const ProgramCall& call);

/// Starts children of this process.
std::shared_ptr<Launcher> own_launcher(ProgramCall call);

}  // namespace normalize
