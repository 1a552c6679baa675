#pragma once

#include "driver/python/message.h"
#include "driver/python/program/plugin.h"

namespace normalize::python {

/// The one interpreter of this process. It stands apart from the user's: no environment variables,
/// no site packages, no hash seed but 0, nothing imported beyond what starting takes.
class Interpreter {
 public:
  /// Starts it, for plugins in `folders`. Throws std::runtime_error.
  explicit Interpreter(PluginFolders folders);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  Message greeting() const;
  /// A result, or a failure: what Python raised, or that the request makes no sense.
  Message answer(const Message& request);

 private:
  Plugin plugin_;
};

}  // namespace normalize::python
