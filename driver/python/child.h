#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "driver/python/launcher.h"
#include "normalizers/services.h"

namespace normalize {

/// normalize-python could not answer this one request.
class HelperError : public ServiceError {
 public:
  using ServiceError::ServiceError;
};

using Deadline = std::chrono::steady_clock::time_point;

/// A running program at the other end of a socket pair. The end of what it says on standard error
/// is kept. Gone, and waited for, with this object.
class Child {
 public:
  /// Throws std::system_error where it cannot be started.
  explicit Child(std::shared_ptr<Launcher> launcher);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  pid_t pid() const { return program_.pid; }

  /// What ended a conversation that should go on.
  enum class Trouble { none, deadline, closed };

  /// Sends all of it.
  Trouble send(ByteView bytes, Deadline deadline);
  /// Appends to `out` what has arrived, at least one byte.
  Trouble receive(Bytes& out, Deadline deadline);

  /// Ends the program unless it has ended itself, and tells how: "killed by signal 11: Fatal Python
  /// error". After this only the destructor may be called.
  std::string end(Trouble trouble);

 private:
  enum class Want { read, write };
  Trouble wait(Want want, Deadline deadline);
  /// Whether there may be more.
  bool read_errors();
  std::string last_words() const;

  const std::shared_ptr<Launcher> launcher_;
  Launched program_;  // its number is -1 once it has been waited for
  std::string errors_tail_;
};

}  // namespace normalize
