#include "rules/owners.h"

namespace normalize {
namespace {

/// Debian policy 9.2.2: the range adduser gives to people.
bool is_person(std::int64_t id) { return id >= 1000 && id <= 59'999; }

}  // namespace

std::int64_t normal_owner(std::int64_t id, Owners owners) {
  if (owners == Owners::keep) return id;
  if (owners == Owners::system) return is_person(id) ? 0 : id;
  return 0;
}

std::int64_t normal_owner(std::int64_t id, const Rules& rules) {
  const std::int64_t settled = normal_owner(id, rules.owners);
  if (!rules.noise) return settled;
  const std::int64_t other = rules.noise->owner(id);
  return normal_owner(other, rules.owners) == settled ? other : settled;
}

std::string_view normal_owner_name(std::string_view name, std::int64_t id, Owners owners) {
  if (owners == Owners::root) return {};
  // A person who has no name where the archive was made leaves it empty, and so does root then.
  if (owners == Owners::system && (is_person(id) || (id == 0 && name.empty()))) return "root";
  return name;
}

}  // namespace normalize
