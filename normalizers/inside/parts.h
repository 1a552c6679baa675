#pragma once

#include <string>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize::inside {

/// A named stretch of a file.
struct Part {
  std::string name;      // ".text", "ELF header"; the second of one name is ".text (2)"
  std::uint64_t offset;  // in the file
  ByteView bytes;
};

/// The headers and sections of an ELF file and of a Windows program or object, as far as they can
/// be read; empty for what is none of these.
std::vector<Part> parts_of(ByteView file);

}  // namespace normalize::inside
