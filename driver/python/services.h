#pragma once

#include <memory>

#include "normalizers/services.h"
#include "rules/rules.h"

namespace normalize {

/// What answers the questions that `rules` have for other programs, for `jobs` workers at once;
/// null where they have none. Throws HelperError where a program for it is missing, before any file
/// is touched.
std::unique_ptr<Services> services_for(const Rules& rules, unsigned jobs);

}  // namespace normalize
