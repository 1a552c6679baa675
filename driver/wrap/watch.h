#pragma once

#include <map>
#include <string>
#include <vector>

#include "driver/tree/disk_time.h"
#include "driver/tree/open.h"
#include "driver/wrap/call.h"

namespace normalize::wrap {

/// Looks where packages come to stand, before the creator runs and afterwards.
class Watch {
 public:
  /// Remembers what is there.
  explicit Watch(std::vector<OutputPlace> outputs);

  /// The regular files that are new now or have changed, and those of exact outputs; resolved
  /// paths, sorted, each once.
  std::vector<std::string> written() const;

 private:
  /// Tells one state of a file from another.
  struct State {
    Identity file;
    off_t size = 0;
    DiskTime modified, changed;
    bool operator==(const State&) const = default;
  };
  static std::map<std::string, State> files_of(const OutputPlace& output);

  std::vector<OutputPlace> outputs_;
  std::map<std::string, State> before_;
};

}  // namespace normalize::wrap
