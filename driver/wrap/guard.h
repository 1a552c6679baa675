#pragma once

#include <set>
#include <string>
#include <string_view>

#include "driver/tree/open.h"
#include "driver/wrap/environment.h"

namespace normalize::wrap {

/// Keeps links by creators' names from meeting themselves, by a variable that tells which of our
/// copies stand above in the line of processes, and which creators they wrap: NORMALIZE_SHIM, words
/// of the form NAME@DEVICE.INODE.
class Guard {
 public:
  Guard();

  /// Copies of ours, none of which is the real program.
  const std::set<Identity>& ourselves() const { return ourselves_; }
  /// Whether one of them wraps the creator of this name already.
  bool is_inside(const std::string& name) const;
  /// From now on the environment tells that we do; with an empty name, that we were here.
  void enter(const std::string& name);
  /// The caller's, with what enter() has added.
  const Environment& environment() const { return environment_; }

 private:
  std::string own_;  // "@2049.1234"; empty where we do not know ourselves
  std::string value_;
  std::set<Identity> ourselves_;
  Environment environment_ = Environment::of_caller();
};

}  // namespace normalize::wrap
