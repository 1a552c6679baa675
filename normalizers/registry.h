#pragma once

#include <memory>
#include <vector>

#include "normalizers/context.h"
#include "normalizers/normalizer.h"

namespace normalize {

/// One instance of every format, in the order of formats.def; lives as long as the program.
const std::vector<std::unique_ptr<const Normalizer>>& all_normalizers();

/// The format that claims the file, or null where it is nobody's. Throws what `probe.source`
/// throws.
const Normalizer* find_normalizer(const Probe& probe);

/// Whether the first eight bytes of a file alone tell that no format claims it: true for Java
/// classes, the bulk of what zip archives in a tree hold. Spares unpacking more of them.
bool surely_nobodys(ByteView first_bytes);

/// The format called `name`, or null.
const Normalizer* normalizer_named(std::string_view name);

#define NORMALIZER(name) std::unique_ptr<const Normalizer> make_##name();
#include "normalizers/formats.def"
#undef NORMALIZER

}  // namespace normalize
