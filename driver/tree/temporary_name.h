#pragma once

#include <string>
#include <string_view>

namespace normalize {

/// A name for a new file beside a target, unlike any other: ".normalize-", 16 random hex digits,
/// ".tmp". It never outlives a finished run, so its randomness reaches no output.
std::string make_temporary_name();

/// Whether a name is of that form.
bool is_temporary_name(std::string_view name);

/// Removes the temporary file `name` that an interrupted run left in a folder: a regular file that
/// no living process of ours holds. Answers whether it is gone.
bool remove_leftover(int folder, const std::string& name);

}  // namespace normalize
