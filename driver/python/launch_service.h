#pragma once

#include <cstdint>

#include "driver/python/launcher.h"

/// What LauncherProcess and its process say to each other: a request, then its reply, of one size
/// each. A program that was started comes with our two ends of what it was given.
namespace normalize {

struct LaunchRequest {
  enum class Kind : std::int32_t { start, has_ended, end };
  std::int32_t kind = 0;
  std::int32_t pid = 0;  // but for start
};

struct LaunchReply {
  std::int32_t error = 0;  // errno
  std::int32_t value = 0;  // the program's number; whether it has ended; its status
};

/// Starts `call`, and ends what it started, as it is asked at `socket`, until the other end closes
/// or stops in the middle of a request; what then runs is ended. Whoever asks is not trusted: he
/// reaches that one program, `most` of it at a time, and no process that is not of these.
void serve_launches(const Descriptor& socket, const ProgramCall& call, std::size_t most);

}  // namespace normalize
