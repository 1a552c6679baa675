#pragma once

#include "normalizers/pyc/scope.h"

namespace normalize::pyc {

/// Holds the new instructions of the code objects against those that `scopes` describes: the same
/// but for numbers of variables, which name the same variables, and closures are made of the same
/// ones. Throws VerifyError.
void check_same_variables(const Graph& graph, const Version& version, Scopes& scopes);

}  // namespace normalize::pyc
