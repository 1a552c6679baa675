#pragma once

#include <string_view>

#include "rules/rules.h"

namespace normalize {

/// Whether a main attribute of META-INF/MANIFEST.MF is noise: when, where and by whom the jar was
/// built in `safe`, and in `strict` also with what and in which job. Names are taken in any case,
/// as java.util.jar.Attributes does.
bool drops_jar_attribute(std::string_view name, Profile profile);

/// Whether the clauses of an OSGi header may stand in any order: in `safe` where it means nothing
/// to anybody who reads it, in `strict` also where a resolver looks at it when several clauses
/// would do. The clauses of Require-Bundle, DynamicImport-Package, Bundle-ClassPath and
/// Bundle-NativeCode are searched in their order, and are never sorted.
bool sorts_clauses(std::string_view name, Profile profile);

}  // namespace normalize
