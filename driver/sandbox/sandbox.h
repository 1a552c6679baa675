#pragma once

#include <string>
#include <vector>

namespace normalize {

/// What a process has to reach: all else is closed to it. What is not there is passed over.
struct Access {
  std::vector<std::string> read;   // files, and folders with all below them
  std::vector<std::string> write;  // files, and folders below which files come, go and change
  // The same as `read`, of libraries, and of programs that the process starts.
  std::vector<std::string> libraries;
};

/// What this system confines a process by, for people: "landlock 7"; "none" where it cannot.
std::string sandbox_name();

/// Whether a process that confined itself goes on by paths: it, and whatever it starts, opens them,
/// and programs are paths too. If not, it sees what it holds open (driver/tree/paths.h), and starts
/// and ends no program.
bool confined_sees_paths();

/// Closes everything but `access` to this thread and to all threads and programs that it starts
/// from now on, for good: files on disk, but /dev/null, and TCP. Nothing is closed that is open
/// already. Called before the first other thread starts. Answers whether the system could.
///
/// Modes, owners, times and attributes are no part of it where the system leaves them out (Linux).
bool confine(const Access& access);

}  // namespace normalize
