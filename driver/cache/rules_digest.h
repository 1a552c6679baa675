#pragma once

#include "normalizers/bytes/bytes.h"
#include "rules/rules.h"

namespace normalize {

/// SHA-256 of all that makes a file normal or not, but for its bytes and its path: the rules with
/// the texts they were read from, the canon, this very program and the libraries in it.
Bytes rules_digest(const Rules& rules);

}  // namespace normalize
