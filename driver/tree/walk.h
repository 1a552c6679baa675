#pragma once

#include "driver/pipeline.h"
#include "driver/tree/tree.h"

namespace normalize {

/// Reads the names below the given paths, looks at every file, and asks the registry which of them
/// are some format's. Symbolic links are not followed, pipes, sockets and devices not opened.
/// Throws std::system_error where a given path cannot be looked at; other trouble goes to
/// Tree::failures.
Tree walk(const Task& task, const Rules& rules);

}  // namespace normalize
