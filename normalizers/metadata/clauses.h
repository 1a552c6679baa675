#pragma once

#include <string>
#include <string_view>

namespace normalize {

enum class Parameters { keep, sort };

/// The value of an OSGi header with its clauses in order: by path, then by what follows that.
/// Commas and semicolons within quotes part nothing (OSGi Core 8, section 3.2.4); blanks around
/// clauses stay where they are, so the length does, too. Parameters of a clause are put behind its
/// paths, sorted, where that is asked for. A value whose quotes do not end comes back as it was.
std::string sorted_clauses(std::string_view value, Parameters parameters);

}  // namespace normalize
