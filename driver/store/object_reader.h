#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>

#include "driver/guarded.h"
#include "driver/store/catalogue.h"

namespace normalize::store {

/// The largest object that is kept whole. Larger ones are lists of such.
inline constexpr std::uint64_t kMostWhole = std::uint64_t{64} << 20;

/// Unpacks objects. Serves any number of threads; each needs memory for what it unpacks and for
/// what that refers to, at most kMostWhole each, beside `most_kept` bytes of what was unpacked
/// last.
class ObjectReader {
 public:
  /// `catalogue` outlives it.
  explicit ObjectReader(const Catalogue& catalogue, std::size_t most_kept = std::size_t{48} << 20)
      : catalogue_(catalogue), most_kept_(most_kept) {}

  /// Bytes that stay as long as somebody holds them.
  struct Held {
    std::shared_ptr<const Bytes> owner;
    ByteView bytes;
  };
  /// An object that is no list. Throws DamageError where it is not there or not to be had; that its
  /// bytes are those of its digest is checked by the caller, or by read().
  Held object(const Digest& digest);
  /// What a frame unpacks to. Throws likewise.
  std::shared_ptr<const Bytes> frame(FrameId id);

  /// Calls `use` with the bytes of any object from front to back. Throws DamageError where they are
  /// not what its digest says, which the end tells.
  void read(const Digest& digest, const std::function<void(ByteView part)>& use);
  /// All of an object that is no list, checked.
  Held checked(const Digest& digest);

 private:
  Bytes unpack(FrameId id);
  Bytes references_of(const Frame& frame);
  std::shared_ptr<const Bytes> kept(FrameId id);
  void keep(FrameId id, const std::shared_ptr<const Bytes>& bytes);

  struct Kept {
    std::list<FrameId> order;  // the last used first
    struct Entry {
      std::shared_ptr<const Bytes> bytes;
      std::list<FrameId>::iterator place;
    };
    std::map<FrameId, Entry> entries;
    std::size_t bytes = 0;
  };

  const Catalogue& catalogue_;
  const std::size_t most_kept_;
  Guarded<Kept> kept_;
};

}  // namespace normalize::store
