#pragma once

#include "driver/diff/tree_pair.h"

namespace normalize::diff {

/// Compares a package, the one file of one side, with the tree on the other: the files that it
/// installs by type, mode, link target and content; not by owners and times, which come with
/// installing. What a package holds about itself (.PKGINFO, +CONTENTS) is passed over. Throws
/// UsageError where the file is no package or archive.
Comparison compare_package(const TreePair& pair, bool package_is_a);

}  // namespace normalize::diff
