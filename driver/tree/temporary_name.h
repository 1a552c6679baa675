#pragma once

#include <string>
#include <string_view>

#include "driver/tree/descriptor.h"

namespace normalize {

/// A name for a new file beside a target, unlike any other: ".normalize-", 16 random hex digits,
/// ".tmp". It never outlives a finished run, so its randomness reaches no output.
std::string make_temporary_name();

/// Whether a name is of that form.
bool is_temporary_name(std::string_view name);

/// A new, empty file under a temporary name, open for writing and locked: who is at work on it
/// holds the lock, and what nobody holds is a leftover.
struct TemporaryFile {
  std::string name;
  Descriptor file;
};

/// Makes one in a folder. Throws std::system_error, and then there is none.
TemporaryFile create_temporary(int folder, mode_t mode);

/// Removes a temporary name and lets go of `file`, which it leads to. Answers whether it is gone.
bool remove_temporary(int folder, const std::string& name, Descriptor& file) noexcept;

/// Removes the temporary file `name` that an interrupted run left in a folder: a regular file that
/// no living process of ours holds. Answers whether it did. Throws std::system_error where there is
/// such a file and it cannot be removed.
bool remove_leftover(int folder, const std::string& name);

}  // namespace normalize
