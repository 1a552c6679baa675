#include "normalizers/bytes/writer.h"

namespace normalize {

void Writer::bytes(ByteView bytes) {
  if (bytes.empty()) return;
  // The first block is small: most contents are one header.
  if (room_.bytes.size() < bytes.size())
    room_ =
        make_room(std::max(bytes.size(), content_.size() < 1024 ? std::size_t{512} : kBlockBytes));
  std::ranges::copy(bytes, room_.bytes.begin());
  content_.append({room_.bytes.first(bytes.size()), room_.owner});
  room_.bytes = room_.bytes.subspan(bytes.size());
}

void Writer::zeros(std::size_t count) {
  static constexpr std::byte kZeros[512] = {};
  while (count > 0) {
    const std::size_t part = std::min(count, sizeof kZeros);
    bytes(ByteView(kZeros, part));
    count -= part;
  }
}

void Writer::carry(ByteView input) { content_.append({input, nullptr}); }

void Writer::carry(const Content& content) { content_.append(content); }

Bytes Writer::written_since(std::uint64_t start) const {
  return content_.slice(start, content_.size() - start).to_bytes();
}

}  // namespace normalize
