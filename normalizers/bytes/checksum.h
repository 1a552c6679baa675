#pragma once

#include "normalizers/bytes/content.h"

namespace normalize {

/// CRC-32 as gzip, zip and PNG use it (ISO 3309, polynomial 0xedb88320), of `bytes` appended to
/// what gave `crc`.
std::uint32_t crc32(ByteView bytes, std::uint32_t crc = 0);
std::uint32_t crc32(const Content& content);
/// The CRC-32 of two runs of bytes, from those of each and the size of the second.
std::uint32_t crc32_joined(std::uint32_t first, std::uint32_t second, std::uint64_t second_size);

/// FNV-1a with 64 bits, for telling names apart in little memory: two of one hash are easily made
/// on purpose, and hardly by chance.
std::uint64_t name_hash(std::string_view name);

/// Adler-32 (RFC 1950 section 8.2), likewise.
std::uint32_t adler32(ByteView bytes, std::uint32_t adler = 1);

}  // namespace normalize
