#pragma once

#include <string>
#include <vector>

#include "rules/rules.h"

/// The module `normalize` that plugins import: epoch, profile, normal_time() and finding().
namespace normalize::python {

/// Makes the module known; before the interpreter starts.
void register_api();

/// What the module tells of the run; before it is imported.
void tell_api(const Rules& rules);

/// What a plugin said of one change. Cut where it is long.
struct Told {
  std::string field, hint, before, after;
};

/// All that was told since the last time, in order. Past the first thousand there is one that
/// counts the others.
std::vector<Told> take_findings();

}  // namespace normalize::python
