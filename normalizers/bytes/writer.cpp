#include "normalizers/bytes/writer.h"

namespace normalize {

void Writer::bytes(ByteView bytes) {
  if (bytes.empty()) return;
  if (!block_ || block_->capacity() - block_->size() < bytes.size()) {
    block_ = std::make_shared<Bytes>();
    // The first block is small: most contents are one header.
    block_->reserve(
        std::max(bytes.size(), content_.size() < 1024 ? std::size_t{512} : kBlockBytes));
  }
  const std::size_t start = block_->size();
  block_->insert(block_->end(), bytes.begin(), bytes.end());
  content_.append({ByteView(*block_).subspan(start), block_});
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
