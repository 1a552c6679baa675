#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

/// How processes that we started come to their ends.
namespace normalize {

/// Whether the child `pid` has ended. It stays to be waited for, so its number stays its own.
bool has_ended(pid_t pid);

/// Whether a process has ended, or does within half a second: whoever closes his end of a
/// conversation is about to, and his own death says more than ours would.
bool ends_soon(const std::function<bool()>& has_ended);

/// Ends the child and its whole group, since what it runs may have started programs of its own.
/// Returns its status, as waitpid() does.
int kill_and_wait(pid_t pid);

/// "killed by signal 11", "exited with status 1".
std::string describe_end(int status);

}  // namespace normalize
