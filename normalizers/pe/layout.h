#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize::pe {

/// IMAGE_FILE_MACHINE_* that Windows or UEFI runs, or ran, on.
bool is_machine(std::uint16_t machine);

enum class Kind {
  image,          // an executable or library: MZ, PE
  object,         // what a compiler writes, also with 32-bit section numbers (/bigobj)
  import_object,  // a member of an import library: names, no code
};

struct Section {
  std::string_view name;
  std::uint32_t address = 0, virtual_size = 0;
  std::uint32_t raw_offset = 0, raw_size = 0;
};

/// An entry of the optional header's data directories.
struct Directory {
  std::uint32_t address = 0, size = 0;
};
inline constexpr std::size_t kExports = 0, kResources = 2, kCertificates = 4, kDebug = 6,
                             kDelayImports = 13, kClrHeader = 14, kDirectories = 16;

/// What the headers say. Offsets count from the start of the file.
struct Layout {
  Kind kind = Kind::image;
  std::size_t stamp_offset = 0;
  std::optional<std::size_t> checksum_offset;
  std::vector<Directory> directories{kDirectories};
  std::vector<Section> sections;
  /// Where the last section, or the symbols and strings behind them, end.
  std::uint64_t end = 0;

  /// Where `size` bytes that are loaded at `address` stand in the file. Throws FormatError, naming
  /// `what`, where no section holds them.
  std::size_t offset_of(std::uint32_t address, std::uint64_t size, std::string_view what) const;
};

/// Reads the headers; the sections lie within `file`. Throws FormatError.
Layout read_layout(ByteView file);

/// Whether `head`, of a file of `size` bytes, can be a COFF object. It has no magic: the machine,
/// the section headers and the symbol table have to make sense together.
bool looks_like_object(ByteView head, std::uint64_t size);

}  // namespace normalize::pe
