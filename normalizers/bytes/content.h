#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "normalizers/bytes/buffer.h"

namespace normalize {

/// A sequence of bytes in pieces: each a view into somebody's input, or bytes of its own.
/// Copying one copies views. What is merely viewed has to outlive it.
class Content {
 public:
  struct Piece {
    ByteView bytes;
    std::shared_ptr<const void> owner;  // null where the bytes are only viewed
  };

  Content() = default;
  /// Views `bytes`.
  static Content view(ByteView bytes);
  /// Takes `bytes` over.
  static Content own(Bytes bytes);
  static Content own(Buffer bytes);

  void append(Piece piece);
  void append(const Content& other);

  std::uint64_t size() const { return size_; }
  const std::vector<Piece>& pieces() const { return pieces_; }

  /// All bytes in one run. Views this content's only piece, or gathers the pieces into `storage`.
  ByteView contiguous(Buffer& storage) const;
  Buffer to_buffer() const;
  Bytes to_bytes() const;

  /// The part that begins at `offset`, at most `count` bytes; shares owners with this one.
  Content slice(std::uint64_t offset, std::uint64_t count) const;

  /// Compares bytes. Pieces that view the same memory are equal at a glance.
  friend bool operator==(const Content& a, ByteView b);

 private:
  static Content copied(ByteView bytes);

  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
};

/// Calls `use` with the bytes of `content` in parts, each of which may be let go of behind it, as
/// long as it returns true. Returns whether it always did.
template <typename Use>
bool for_each_part(const Content& content, Use use) {
  constexpr std::size_t kMostInPart = std::size_t{4} << 20;
  for (const Content::Piece& piece : content.pieces())
    for (ByteView left = piece.bytes; !left.empty();) {
      const ByteView part = left.first(std::min(left.size(), kMostInPart));
      left = left.subspan(part.size());
      if (!use(part)) return false;
      passed_over(part.size());
    }
  return true;
}

/// Takes a content apart from front to back; each step costs what it takes, where slice() looks for
/// its place from the start.
class ContentCursor {
 public:
  /// `content` outlives the cursor.
  explicit ContentCursor(const Content& content) : piece_(content.pieces().begin()) {}

  /// The next `count` bytes, which have to be there; shares owners with the content.
  Content take(std::uint64_t count);

 private:
  std::vector<Content::Piece>::const_iterator piece_;
  std::size_t used_ = 0;  // of the piece
};

}  // namespace normalize
