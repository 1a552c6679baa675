#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "normalizers/tar/archive.h"

namespace normalize::tar {

// Names that no reader uses, made up by the program that packed.

/// Of the pax header in front of `entry`. GNU tar puts the number of its process there where it is
/// asked to be POSIX's, and a member that traded names needs one of its own.
std::string pax_header_name(const std::string& old, const Entry& entry);
/// Of a global pax header: GNU tar's default is $TMPDIR/GlobalHead.PID.N.
std::string global_header_name(const std::string& old);
/// Of a member whose name is in GNU.sparse.name: GNU tar's is folder/GNUSparseFile.PID/file.
std::string sparse_file_name(const std::string& old);

}  // namespace normalize::tar
