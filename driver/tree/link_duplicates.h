#pragma once

#include "driver/pipeline.h"
#include "driver/tree/normal_forms.h"
#include "driver/tree/writable_folders.h"

namespace normalize {

struct LinkedFiles {
  std::vector<FileReport> reports;  // one for each name that was linked, or failed
  std::uint64_t bytes_saved = 0;
};

/// Makes the duplicates in each tree hard links of the one whose path comes first; only finds them
/// in Mode::check. At every instant each name leads to a whole file. To be called once all files
/// are normal, and before times on disk are settled; what find_duplicates() says of them holds.
LinkedFiles link_duplicates(const Task& task, const Rules& rules, Tree& tree,
                            WritableFolders& writable, NormalForms& forms);

}  // namespace normalize
