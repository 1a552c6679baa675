#pragma once

#include <string>
#include <vector>

namespace normalize {

/// Dates to 1970 the sources of all compiled Python below `paths` whose header says 0, which Python
/// then goes on using: those beside it, and those of a __pycache__. Links are not followed; what
/// cannot be dated stays.
void zero_python_sources(const std::vector<std::string>& paths);

}  // namespace normalize
