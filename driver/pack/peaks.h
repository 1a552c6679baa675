#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace normalize {

/// Finds the places in a row of numbers that stand out: greater than all within `radius` places in
/// front, none within `radius` behind being greater still. None is closer to the start.
class Peaks {
 public:
  explicit Peaks(std::size_t radius) : radius_(radius), falling_(std::bit_ceil(radius + 1)) {}

  void start() { at_ = first_ = end_ = 0; }

  /// Takes the next number. Whether the one `radius` places before it is such a place.
  bool add(std::uint64_t number) {
    while (end_ > first_ && slot(end_ - 1).number < number) --end_;
    const bool tops_all = end_ == first_ && at_ > radius_;
    slot(end_++) = {number, at_, tops_all};
    bool found = false;
    if (slot(first_).at + radius_ == at_) found = slot(first_++).tops_all;
    ++at_;
    return found;
  }

 private:
  struct Place {
    std::uint64_t number;
    std::size_t at;
    bool tops_all;  // within the radius in front of it
  };
  Place& slot(std::size_t i) { return falling_[i & (falling_.size() - 1)]; }

  const std::size_t radius_;
  std::vector<Place> falling_;  // those that nothing after them tops, a ring
  std::size_t at_ = 0, first_ = 0, end_ = 0;
};

}  // namespace normalize
