#pragma once

#include <sys/stat.h>

#include <compare>
#include <string>
#include <string_view>

#include "driver/tree/descriptor.h"

namespace normalize {

/// What makes a file or folder the same one, whatever it is called.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

inline Identity identity_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

/// Flags that open a folder only to reach what is below it: no permission to read it is needed.
extern const int kPassThrough;

/// Opens `path` below the folder `base`; the empty path is the folder itself. No component may be a
/// symbolic link, so whoever replaces a folder by a link gets an error instead of a visitor. Paths
/// of any length work. Returns an empty descriptor, and errno, on failure.
Descriptor open_below(int base, std::string_view path, int flags);

/// The same without openat2(2), one component after another: for systems that lack it.
Descriptor open_below_by_component(int base, std::string_view path, int flags);

/// Opens a path as somebody wrote it, of any length: links on the way are followed, the last
/// component is not.
Descriptor open_given(std::string_view path, int flags);

}  // namespace normalize
