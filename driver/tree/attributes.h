#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/tree/disk_time.h"
#include "driver/tree/system_attributes.h"

namespace normalize {

/// What vouches for the file's bytes and would no longer do so once they changed: a signature that
/// the kernel keeps beside them (IMA, EVM, fs-verity). Unset where nothing does.
std::optional<std::string> sealed_by(int fd);

/// Sets those of the original's storage flags (nodump, noatime, no copy-on-write, ...) that can be
/// set, while `copy` is still empty. They guide the file system and keep nothing out, so one that
/// cannot be set is passed over.
void copy_flags(int original, int copy);

/// Makes `copy` what `original` is to everybody: owner, group, mode with its setuid bits, ACLs,
/// extended attributes, capabilities, and `mtime` for a time. Throws std::system_error where any of
/// that cannot be kept.
void copy_attributes(int original, const struct stat& status, int copy, DiskTime mtime);

/// Extended attributes, ACLs and labels among them, sorted by name.
using Attributes = std::vector<std::pair<std::string, std::string>>;
/// Throws std::system_error where they cannot be read.
Attributes attributes_of(const AttributeHolder& holder);

/// Gives a new file or folder extended attributes. Answers whether it got all of them: some take
/// root, or another file system. Throws std::system_error for other trouble.
bool set_attributes(const AttributeHolder& holder, const Attributes& attributes);
/// Takes away the ACLs that a new folder has got from the one it stands in.
void remove_inherited_acl(int folder);

/// The file's extended attributes in one text: equal where they are. Throws std::system_error where
/// they cannot be read.
std::string extended_attributes(int fd);

}  // namespace normalize
