#include "driver/tree/account_names.h"

#include <grp.h>
#include <pwd.h>

#include <map>

#include "driver/guarded.h"

namespace normalize {

// getpwuid(3) and getgrgid(3) answer in one place for all threads, so they are asked under the
// lock.

std::string user_name(uid_t uid) {
  static Guarded<std::map<uid_t, std::string>> known;
  return known.with([&](auto& names) -> std::string {
    const auto [at, is_new] = names.try_emplace(uid);
    const passwd* const account = is_new ? ::getpwuid(uid) : nullptr;
    if (account) at->second = account->pw_name;
    return at->second;
  });
}

std::string group_name(gid_t gid) {
  static Guarded<std::map<gid_t, std::string>> known;
  return known.with([&](auto& names) -> std::string {
    const auto [at, is_new] = names.try_emplace(gid);
    const group* const account = is_new ? ::getgrgid(gid) : nullptr;
    if (account) at->second = account->gr_name;
    return at->second;
  });
}

}  // namespace normalize
