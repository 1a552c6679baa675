#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/python/program/python.h"

namespace normalize::python {

/// Compares two loaded code objects, and all that hangs on them, as a program that runs them could:
/// types, numbers to the bit, texts, and identity. What was one object has to be one still. What
/// becomes one may only be equal text or frozensets: CPython's own compiler shares or parts those
/// as chance has it. Interned text stays interned. The field of code objects that `but` names is
/// passed over. Throws Raised.
std::optional<std::string> first_difference(const PyRef& before, const PyRef& after,
                                            std::string_view but);

}  // namespace normalize::python
