#pragma once

#include "driver/guarded.h"
#include "driver/python/launch_service.h"

namespace normalize {

/// Starts programs by a process of its own, for those who are about to give up starting any
/// themselves: it is forked here and keeps what this process may do now. It has no descriptor of
/// ours but its end of a socket pair, and goes with this object, or when this process ends.
class LauncherProcess final : public Launcher {
 public:
  /// At most `most` of the program run at a time: one more cannot be started. Called before the
  /// first other thread starts. Throws std::system_error.
  LauncherProcess(ProgramCall call, std::size_t most);
  LauncherProcess(const LauncherProcess&) = delete;
  LauncherProcess& operator=(const LauncherProcess&) = delete;
  ~LauncherProcess() override;

  Launched start() override;
  /// Where the process is gone, what it started is.
  bool has_ended(pid_t pid) override;
  int end(pid_t pid) override;

 private:
  struct Answer {
    LaunchReply reply;
    std::vector<Descriptor> descriptors;
  };
  Answer ask(LaunchRequest::Kind kind, pid_t pid = 0);

  const std::string program_;
  Guarded<Descriptor> socket_;  // none once the process does not answer
  pid_t pid_ = -1;
};

}  // namespace normalize
