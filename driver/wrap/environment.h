#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/wrap/call.h"

/// What a wrapped command finds around it.
namespace normalize::wrap {

/// Variables of an environment, in their order.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::vector<std::string> entries) : entries_(std::move(entries)) {}
  /// As our caller has left it.
  static Environment of_caller();

  bool has(const std::string& name) const;
  void set(const std::string& name, const std::string& value);
  void remove(const std::string& name);
  /// "NAME=value", as exec(2) takes them.
  const std::vector<std::string>& entries() const { return entries_; }

 private:
  std::vector<std::string> entries_;
};

/// What additions depend on.
struct Situation {
  std::optional<std::int64_t> epoch;
  bool as_root = false;    // who runs us
  bool root_owned = true;  // whether members of archives are to be root's
};

/// Zone, locale and hash seed become the same everywhere; the epoch is the one of `situation`, or
/// none. What the creator has variables of its own for is set where the caller has not.
void settle_environment(Environment& environment, const Call& call, const Situation& situation);

/// The command line with the creator's own switches in it.
std::vector<std::string> with_switches(std::vector<std::string> arguments, const Call& call,
                                       const Situation& situation);

}  // namespace normalize::wrap
