#pragma once

namespace normalize {

/// Makes sure that a file's bytes reach the disk before a name that is given to it afterwards does,
/// so that a loss of power, too, leaves the old file or the new one. Throws std::system_error where
/// the bytes cannot be written after all.
void flush_before_rename(int fd);

}  // namespace normalize
