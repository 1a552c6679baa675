#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// A member of a tar archive, without its data.
struct TarMember {
  std::string name;  // a folder's ends in '/'
  char type = '0';   // '0' file, '1' hard link, '2' symbolic link, '3', '4' devices, '5', '6' pipe
  std::string target;      // of a link
  std::uint64_t size = 0;  // of the data behind the header
  std::uint32_t mode = 0;
  std::int64_t uid = 0, gid = 0, mtime = 0;
  std::string uname, gname;
  std::uint32_t major = 0, minor = 0;
  /// Extended attributes, ACLs among them, as the system has them.
  std::vector<std::pair<std::string, std::string>> attributes;
  /// The size of the file that the data is a sparse form of (GNU tar's manual, "Sparse Formats",
  /// PAX 1.0); unset for a file that stands there as it is.
  std::uint64_t sparse_size = 0;
  bool is_sparse = false;
};

/// Its header blocks: one of ustar, and an extended header (POSIX pax) in front of it where
/// something does not fit or ustar has no place for it. ACLs become star's records
/// (SCHILY.acl.access), which GNU tar and libarchive read, SELinux labels those of GNU tar.
Bytes tar_header(const TarMember& member);

/// How many zeros follow data of this size.
std::size_t tar_padding(std::uint64_t size);
/// The two blocks of zeros behind the last member.
Bytes tar_end();

}  // namespace normalize
