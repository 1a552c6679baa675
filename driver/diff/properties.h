#pragma once

#include "driver/diff/result.h"
#include "normalizers/inside/members.h"

namespace normalize::diff {

/// Those that differ, in the order of `a`, then those that only `b` has.
std::vector<PropertyDifference> compare_properties(const std::vector<inside::Property>& a,
                                                   const std::vector<inside::Property>& b);

}  // namespace normalize::diff
