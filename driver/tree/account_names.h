#pragma once

#include <sys/types.h>

#include <string>

namespace normalize {

/// What the system calls a user or a group; empty where it has no such account. Called by any
/// number of threads; asks the system once for each.
std::string user_name(uid_t uid);
std::string group_name(gid_t gid);

}  // namespace normalize
