#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "normalizers/error.h"
#include "normalizers/pyc/graph.h"

namespace normalize::pyc {

/// A hash of bytes for tables that nobody iterates.
inline std::uint64_t hash_of(ByteView bytes) {
  constexpr std::uint64_t kFactor = 0x9e37'79b9'7f4a'7c15;  // 2^64 by the golden ratio
  std::uint64_t hash = bytes.size() * kFactor;
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 29;
  };
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    mix(word);
  }
  std::uint64_t last = 0;
  if (i < bytes.size()) std::memcpy(&last, bytes.data() + i, bytes.size() - i);
  mix(last);
  hash *= kFactor;
  return hash ^ hash >> 32;
}

/// Finds among nodes the one that is equal to another. Open addressing, at most half full.
class NodeTable {
 public:
  /// The node for which `equals` holds among those with this hash, or `id`, which is then added.
  /// Throws LimitError where so many hashes meet that somebody must have chosen them.
  template <typename Equals>
  NodeId find_or_add(std::uint64_t hash, NodeId id, Equals equals) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    for (std::size_t probe = 0; probe < kMostProbes; ++probe) {
      Slot& slot = slots_[(hash + probe) & (slots_.size() - 1)];
      if (slot.id == kEmpty) {
        slot = {static_cast<std::uint32_t>(hash), tag, id};
        ++count_;
        return id;
      }
      if (slot.tag == tag && equals(slot.id)) return slot.id;
    }
    throw LimitError("too many equal hashes among the texts");
  }

 private:
  static constexpr NodeId kEmpty = 0xffff'ffff;
  static constexpr std::size_t kMostProbes = 512;

  struct Slot {
    std::uint32_t place = 0, tag = 0;  // the hash's halves
    NodeId id = kEmpty;
  };

  void grow() {
    const std::vector<Slot> old =
        std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(64, slots_.size() * 2)));
    for (const Slot& slot : old) {
      if (slot.id == kEmpty) continue;
      std::size_t at = slot.place & (slots_.size() - 1);
      while (slots_[at].id != kEmpty) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace normalize::pyc
