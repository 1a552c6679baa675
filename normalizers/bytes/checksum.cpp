#include "normalizers/bytes/checksum.h"

#include <libdeflate.h>
#include <zlib.h>

namespace normalize {

std::uint32_t crc32(ByteView bytes, std::uint32_t crc) {
  return libdeflate_crc32(crc, bytes.data(), bytes.size());
}

std::uint32_t crc32(const Content& content) {
  std::uint32_t crc = 0;
  for_each_part(content, [&](ByteView part) {
    crc = crc32(part, crc);
    return true;
  });
  return crc;
}

std::uint32_t crc32_joined(std::uint32_t first, std::uint32_t second, std::uint64_t second_size) {
  return static_cast<std::uint32_t>(
      ::crc32_combine(first, second, static_cast<z_off_t>(second_size)));
}

std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::uint32_t adler32(ByteView bytes, std::uint32_t adler) {
  return libdeflate_adler32(adler, bytes.data(), bytes.size());
}

}  // namespace normalize
