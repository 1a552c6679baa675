#pragma once

#include "driver/store/gear.h"
#include "driver/store/object_reader.h"

namespace normalize::store {

/// Cuts a large content into parts of 16 to 64 MiB, in places that the bytes before them decide.
class PartCutter {
 public:
  static constexpr std::uint64_t kLeastPart = kMostWhole / 4;

  /// Calls `use(Bytes part)` for each part that is complete.
  template <typename Use>
  void add(ByteView bytes, Use use) {
    while (!bytes.empty()) {
      const std::size_t count = up_to_cut(bytes);
      part_.insert(part_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      if (cut_) use(std::exchange(part_, {}));
    }
  }
  /// What is left behind the last cut.
  Bytes rest() && { return std::move(part_); }

 private:
  /// One place in four million ends a part: 22 bits of the hash.
  static constexpr std::uint64_t kMask = ((std::uint64_t{1} << 22) - 1) << 42;

  std::size_t up_to_cut(ByteView bytes) {
    cut_ = false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::uint64_t size = part_.size() + i + 1;
      const bool is_place = (gear_.add(bytes[i]) & kMask) == 0;
      cut_ = size >= kMostWhole || (is_place && size >= kLeastPart);
      if (cut_) return i + 1;
    }
    return bytes.size();
  }

  Gear gear_;
  Bytes part_;
  bool cut_ = false;
};

}  // namespace normalize::store
