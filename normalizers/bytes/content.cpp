#include "normalizers/bytes/content.h"

namespace normalize {

Content Content::view(ByteView bytes) {
  Content content;
  content.append({bytes, nullptr});
  return content;
}

Content Content::own(Bytes bytes) {
  struct Owner {
    Bytes bytes;
    CountedMemory memory;
  };
  if (CountedMemory().storage_for(bytes.capacity())) return copied(bytes);
  const auto owner = std::make_shared<Owner>();
  owner->bytes = std::move(bytes);
  owner->memory.set(owner->bytes.capacity());
  Content content;
  content.append({ByteView(owner->bytes), owner});
  return content;
}

Content Content::own(Buffer bytes) {
  bytes.settle();
  // Of many small buffers each is too small to be kept anywhere but in memory.
  if (!bytes.is_stored() && CountedMemory().storage_for(0)) return copied(bytes);
  const auto owner = std::make_shared<const Buffer>(std::move(bytes));
  Content content;
  content.append({ByteView(*owner), owner});
  return content;
}

Content Content::copied(ByteView bytes) {
  Room room = make_room(bytes.size());
  std::ranges::copy(bytes, room.bytes.begin());
  Content content;
  content.append({room.bytes, std::move(room.owner)});
  return content;
}

void Content::append(Piece piece) {
  if (piece.bytes.empty()) return;
  size_ += piece.bytes.size();
  if (!pieces_.empty()) {
    Piece& last = pieces_.back();
    // What stood side by side before becomes one piece again, so a file carried over is one view.
    if (last.owner == piece.owner && last.bytes.data() + last.bytes.size() == piece.bytes.data()) {
      last.bytes = ByteView(last.bytes.data(), last.bytes.size() + piece.bytes.size());
      return;
    }
  }
  pieces_.push_back(std::move(piece));
}

void Content::append(const Content& other) {
  for (const Piece& piece : other.pieces_) append(piece);
}

ByteView Content::contiguous(Buffer& storage) const {
  if (pieces_.empty()) return {};
  if (pieces_.size() == 1) return pieces_.front().bytes;
  storage = to_buffer();
  return storage;
}

Buffer Content::to_buffer() const {
  Buffer all;
  all.reserve(static_cast<std::size_t>(size_));
  for (const Piece& piece : pieces_) {
    all.append(piece.bytes);
    passed_over(piece.bytes.size());
  }
  return all;
}

Bytes Content::to_bytes() const {
  Bytes all;
  all.reserve(static_cast<std::size_t>(size_));
  for (const Piece& piece : pieces_) all.insert(all.end(), piece.bytes.begin(), piece.bytes.end());
  return all;
}

Content Content::slice(std::uint64_t offset, std::uint64_t count) const {
  Content part;
  for (const Piece& piece : pieces_) {
    if (count == 0) break;
    if (offset >= piece.bytes.size()) {
      offset -= piece.bytes.size();
      continue;
    }
    const ByteView taken = piece.bytes.subspan(static_cast<std::size_t>(offset));
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(count, taken.size()));
    part.append({taken.first(size), piece.owner});
    offset = 0;
    count -= size;
  }
  return part;
}

bool operator==(const Content& a, ByteView b) {
  if (a.size() != b.size()) return false;
  std::size_t offset = 0;
  for (const Content::Piece& piece : a.pieces_) {
    const ByteView other = b.subspan(offset, piece.bytes.size());
    if (piece.bytes.data() != other.data() && !equal(piece.bytes, other)) return false;
    offset += piece.bytes.size();
  }
  return true;
}

Content ContentCursor::take(std::uint64_t count) {
  Content part;
  while (count > 0) {
    const std::size_t left = piece_->bytes.size() - used_;
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(count, left));
    part.append({piece_->bytes.subspan(used_, taken), piece_->owner});
    count -= taken;
    used_ += taken;
    if (taken == left) {
      ++piece_;
      used_ = 0;
    }
  }
  return part;
}

}  // namespace normalize
