#pragma once

#include <chrono>
#include <functional>

#include "driver/python/message.h"

namespace normalize::python {

/// What `work` answers in a copy of this process, which has `limit` for it. A crash, a hang or
/// nonsense becomes a failure; all that it has started ends with it. Ends this process where
/// nobody is at the other end of kPythonSocket any more.
Message in_a_fork(const std::function<Message()>& work, std::chrono::seconds limit);

}  // namespace normalize::python
