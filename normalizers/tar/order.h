#pragma once

#include <optional>
#include <string>

#include "normalizers/tar/archive.h"
#include "rules/noise.h"

namespace normalize::tar {

/// The member that `normalize pack --manifest` puts in front: mtree(5) of all the others.
inline constexpr std::string_view kSpecification = "+MTREE";

/// In which order to write the entries.
struct Arrangement {
  std::vector<std::size_t> order;  // indices of entries
  std::string objection;           // why the order stays; empty where it need not
};

/// Sorts the members by name as bytes, the latest of several with one name last, global headers and
/// kSpecification in front. Within each group of hard links the first name becomes the file and the
/// others its links: entries trade names for it. Where another order could change what extracting
/// makes, nothing moves. With noise they come in the order of a walk, unless there are hard links.
Arrangement arrange(Archive& archive, const std::optional<Noise>& noise = {});

}  // namespace normalize::tar
