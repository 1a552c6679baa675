#include "driver/pack/sparse.h"

#include <algorithm>

#include "normalizers/tar/header.h"

namespace normalize {
namespace {

/// What file systems leave out at the least; parts of a file come in multiples of it.
constexpr std::size_t kHoleBytes = 4096;

}  // namespace

std::vector<Extent> extents_of(NormalFile& file) {
  std::vector<Extent> extents;
  std::uint64_t at = 0;
  file.read([&](ByteView part) {
    for (; !part.empty(); part = part.subspan(std::min(kHoleBytes, part.size()))) {
      const ByteView block = part.first(std::min(kHoleBytes, part.size()));
      if (!tar::is_zero(block)) {
        if (extents.empty() || extents.back().offset + extents.back().size != at)
          extents.push_back({at, 0});
        extents.back().size += block.size();
      }
      at += block.size();
    }
  });
  return extents;
}

std::string sparse_map(const std::vector<Extent>& extents, std::uint64_t file_size) {
  std::vector<Extent> told = extents;
  // Where the last bytes are zeros, an extent without bytes says how long the file is.
  if (told.empty() || told.back().offset + told.back().size != file_size)
    told.push_back({file_size, 0});
  std::string map = std::to_string(told.size()) + "\n";
  for (const Extent& extent : told)
    map += std::to_string(extent.offset) + "\n" + std::to_string(extent.size) + "\n";
  return map.append((tar::kBlockBytes - map.size() % tar::kBlockBytes) % tar::kBlockBytes, '\0');
}

std::uint64_t stored_bytes(const std::vector<Extent>& extents) {
  std::uint64_t bytes = 0;
  for (const Extent& extent : extents) bytes += extent.size;
  return bytes;
}

}  // namespace normalize
