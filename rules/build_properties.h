#pragma once

#include <string_view>

namespace normalize {

/// What a property of git.properties, git.json or build-info.properties tells, by its key.
enum class BuildProperty {
  other,       // of the source: the same in every build
  build_time,  // when it was built
  time,        // a time of the source, in the zone of whoever built
  builder,     // who built, and where
  clone,       // the state of the repository at hand: its branch, its tags, how deep it is
  commit,      // which commit of it, by whom, and why
};

BuildProperty build_property(std::string_view key);

}  // namespace normalize
