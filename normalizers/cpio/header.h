#pragma once

#include <array>

#include "normalizers/bytes/reader.h"

/// The headers of cpio archives, in each of their forms (cpio(5) of libarchive; newc and crc as in
/// System V Release 4, odc as in POSIX.1-1988, binary as in PWB Unix, in either byte order).
namespace normalize::cpio {

enum class Form { newc, crc, odc, binary_little, binary_big };

/// What a header says, in whatever form.
struct Header {
  Form form = Form::newc;
  std::uint32_t ino = 0, mode = 0, uid = 0, gid = 0, nlink = 0, mtime = 0;
  std::uint64_t filesize = 0;
  std::uint32_t devmajor = 0, devminor = 0;    // one number in `devminor` but for newc and crc
  std::uint32_t rdevmajor = 0, rdevminor = 0;  // likewise
  std::uint32_t namesize = 0;
  std::uint32_t check = 0;  // crc only: the sum of the data's bytes

  friend bool operator==(const Header&, const Header&) = default;
};

inline constexpr std::uint32_t kTypeMask = 0170000;
inline constexpr std::uint32_t kRegular = 0100000, kFolder = 0040000, kLink = 0120000;

/// What header, name and data are padded to a multiple of.
std::size_t alignment(Form form);
/// The most that an inode number can be.
std::uint32_t most_inodes(Form form);

/// Whether the first bytes of a file could be a header.
bool starts_header(ByteView head);

/// Reads the header at the cursor.
Header read_header(Reader& in);

/// `header` in its form, digits above 9 in lower case or in upper case.
Bytes header_bytes(const Header& header, bool lower_case);

}  // namespace normalize::cpio
