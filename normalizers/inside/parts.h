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
  std::string_view kind = "section";  // what `bytes` are, in a word
};

/// The headers and sections of an ELF file and of a Windows program or object, the objects of a PDF
/// file, the tables of a SquashFS image, as far as they can be read; empty for what is none of
/// these.
std::vector<Part> parts_of(ByteView file);

}  // namespace normalize::inside
