#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "normalizers/zip/records.h"

namespace normalize::test {

/// 2025-06-07T08:09:10, later than kEpoch.
inline constexpr zip::DosTime kLate{8 << 11 | 9 << 5 | 10 / 2, 45 << 9 | 6 << 5 | 7};

/// One entry of an archive made by hand. What is not set is as a plain writer has it.
struct ZipEntry {
  std::string name, data = "data";
  std::string local_extra, central_extra;
  zip::DosTime modified = kLate;
  std::uint16_t method = zip::kDeflated, flags = 0, made_by = 3 << 8 | 20, needed = 20;
  std::uint32_t mode = 0100644, dos_attributes = 0;
  int level = 6;
  bool wide_descriptor = false, bare_descriptor = false;  // with bit 3: eight bytes; no signature
  std::string comment, local_name;                        // empty: as `name`
};

struct ZipFrame {
  std::string prefix, comment, behind, before_directory;
  bool offsets_from_archive = false;  // not from the start of the prefix
  bool with_64 = false;
};

Bytes zip_file(const std::vector<ZipEntry>& entries, const ZipFrame& frame = {});

/// An extra field: header ID, length, data.
std::string extra_field(std::uint16_t id, const std::string& data);
std::string little_endian32(std::uint32_t value);

/// Names in the order of the central directory.
std::vector<std::string> zip_names(ByteView archive);
/// One entry, as our reader sees it. The archive outlives it.
zip::Entry zip_entry(ByteView archive, std::string_view name);

}  // namespace normalize::test
