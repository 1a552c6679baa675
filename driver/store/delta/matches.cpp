// bsdiff's way to align two versions of a program (C. Percival, Naive Differences of Executable
// Code, 2003), with anchors from a table of hashes in place of a sorted array of all suffixes: a
// place is worth a new alignment where it agrees in several bytes more than the one at hand, and
// alignments are then extended both ways for as long as more than half of the bytes agree.

#include "driver/store/delta/matches.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <vector>

namespace normalize::store {
namespace {

constexpr std::size_t kAnchor = 16;  // bytes that are hashed
constexpr std::size_t kWays = 2;     // places that are kept of one hash
/// A new alignment costs some bytes to tell; it has to agree in so many more.
constexpr std::size_t kGain = 12;
/// Longer runs need not be told apart by their length.
constexpr std::size_t kMostCompared = 4096;
/// How far the alignment at hand is looked ahead before another is sought.
constexpr std::size_t kLookAhead = 32, kAgreeing = 26;

std::uint64_t load(const std::byte* at) {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// How many of the first `most` bytes agree, in one run.
std::size_t common_length(const std::byte* a, const std::byte* b, std::size_t most) {
  std::size_t i = 0;
  for (; i + 8 <= most; i += 8) {
    const std::uint64_t differing = load(a + i) ^ load(b + i);
    if (differing == 0) continue;
    if constexpr (std::endian::native == std::endian::little)
      return i + static_cast<std::size_t>(std::countr_zero(differing)) / 8;
    break;
  }
  while (i < most && a[i] == b[i]) ++i;
  return i;
}

/// Where in the reference some sixteen bytes stand.
class Anchors {
 public:
  explicit Anchors(ByteView reference) : bytes_(reference) {
    // Small files can afford more places.
    stride_ = reference.size() > (std::size_t{16} << 20) ? 8 : 4;
    const std::size_t places = reference.size() / stride_ + 1;
    bits_ = std::max(8U, static_cast<unsigned>(std::bit_width(places / kWays)));
    table_.resize(kWays << bits_);
    for (std::size_t at = 0; at + kAnchor <= reference.size(); at += stride_) insert(at);
  }

  struct Place {
    std::size_t from, length;
  };
  /// The longest run that agrees with the target from `at` on; of length 0 where there is none.
  Place longest(ByteView target, std::size_t at) const {
    Place best{0, 0};
    const std::uint32_t* way = &table_[slot(&target[at])];
    for (std::size_t i = 0; i < kWays && way[i] != 0; ++i) {
      const std::size_t from = (way[i] - 1) * stride_;
      const std::size_t most = std::min({target.size() - at, bytes_.size() - from, kMostCompared});
      const std::size_t length = common_length(&target[at], &bytes_[from], most);
      if (length >= kAnchor && length > best.length) best = {from, length};
    }
    return best;
  }

 private:
  std::size_t slot(const std::byte* at) const {
    std::uint64_t hash = load(at) * 0x9e37'79b9'7f4a'7c15;
    hash = (hash ^ hash >> 29) + load(at + 8) * 0xc2b2'ae3d'27d4'eb4f;
    hash *= 0x1656'67b1'9e37'79f9;
    return kWays * static_cast<std::size_t>(hash >> (64 - bits_));
  }

  void insert(std::size_t at) {
    std::uint32_t* way = &table_[slot(&bytes_[at])];
    for (std::size_t i = kWays - 1; i > 0; --i) way[i] = way[i - 1];
    way[0] = static_cast<std::uint32_t>(at / stride_ + 1);
  }

  const ByteView bytes_;
  std::size_t stride_;
  unsigned bits_;
  std::vector<std::uint32_t> table_;  // place by stride, and 1; 0 where there is none
};

class Aligner {
 public:
  Aligner(ByteView reference, ByteView target, const std::function<void(const Match&)>& use)
      : reference_(reference), target_(target), use_(use) {}

  void run() {
    while (at_ + kAnchor <= target_.size()) {
      if (goes_on()) continue;
      const Anchors::Place place = best_place();
      if (place.length == 0) {
        at_ += 1 + (fruitless_++ >> 10);  // ever faster where nothing is alike
        continue;
      }
      if (!is_better(place)) {
        at_ += 1 + place.length / 4;
        continue;
      }
      realign(at_, place.from);
      at_ += place.length;
      fruitless_ = 0;
    }
    end();
  }

 private:
  using Offset = std::int64_t;

  /// How many bytes there are of both where the target, from `at` on, is aligned by `offset`.
  std::size_t in_reach(std::size_t at, Offset offset) const {
    const Offset from = static_cast<Offset>(at) + offset;
    if (from < 0 || static_cast<std::size_t>(from) >= reference_.size()) return 0;
    return std::min(target_.size() - at, reference_.size() - static_cast<std::size_t>(from));
  }

  std::size_t agreeing(std::size_t at, Offset offset, std::size_t count) const {
    const std::size_t most = std::min(count, in_reach(at, offset));
    if (most == 0) return 0;
    const std::byte* const from = reference_.data() + (static_cast<Offset>(at) + offset);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < most; ++i) sum += target_[at + i] == from[i] ? 1U : 0U;
    return sum;
  }

  std::size_t run_length(Offset offset) const {
    const std::size_t most = in_reach(at_, offset);
    if (most == 0) return 0;
    return common_length(&target_[at_], reference_.data() + (static_cast<Offset>(at_) + offset),
                         most);
  }

  /// Passes over what the alignment at hand is good for.
  bool goes_on() {
    const std::size_t run = run_length(offset_);
    if (run < kAnchor && agreeing(at_, offset_, kLookAhead) < kAgreeing) return false;
    at_ += run + (run < kAnchor ? 1 : 0);
    fruitless_ = 0;
    return true;
  }

  /// First the alignment that the ends of both have: one insertion needs no table.
  Anchors::Place best_place() {
    const Offset at_end =
        static_cast<Offset>(reference_.size()) - static_cast<Offset>(target_.size());
    if (at_end != offset_) {
      const std::size_t run = std::min(run_length(at_end), kMostCompared);
      if (run >= 4 * kAnchor)
        return {static_cast<std::size_t>(static_cast<Offset>(at_) + at_end), run};
    }
    if (!anchors_) anchors_ = std::make_unique<Anchors>(reference_);
    return anchors_->longest(target_, at_);
  }

  bool is_better(const Anchors::Place& place) const {
    return place.length > agreeing(at_, offset_, place.length) + kGain;
  }

  /// How many of `most` places make the sum of what each gains the largest.
  template <typename Gain>
  static std::size_t best_extent(std::size_t most, Gain gain) {
    std::int64_t sum = 0, best = 0;
    std::size_t extent = 0;
    for (std::size_t i = 0; i < most; ++i) {
      sum += gain(i);
      if (sum <= best) continue;
      best = sum;
      extent = i + 1;
    }
    return extent;
  }

  std::size_t forward_extent(std::size_t end) const {
    return best_extent(std::min(end - begin_, reference_.size() - from_), [&](std::size_t i) {
      return reference_[from_ + i] == target_[begin_ + i] ? 1 : -1;
    });
  }

  std::size_t backward_extent(std::size_t at, std::size_t from) const {
    return best_extent(std::min(at - begin_, from), [&](std::size_t i) {
      return reference_[from - 1 - i] == target_[at - 1 - i] ? 1 : -1;
    });
  }

  /// Where an alignment that ends and one that begins overlap: how much of that the first keeps.
  std::size_t first_share(std::size_t start, std::size_t overlap, std::size_t at,
                          std::size_t from) const {
    return best_extent(overlap, [&](std::size_t i) {
      const int first = reference_[from_ + (start - begin_) + i] == target_[start + i] ? 1 : 0;
      const int second = reference_[from - (at - start) + i] == target_[start + i] ? 1 : 0;
      return first - second;
    });
  }

  /// The target from `at` on is aligned with the reference from `from` on.
  void realign(std::size_t at, std::size_t from) {
    std::size_t copied = forward_extent(at);
    std::size_t back = backward_extent(at, from);
    if (begin_ + copied > at - back) {
      const std::size_t start = at - back, overlap = begin_ + copied - start;
      const std::size_t kept = first_share(start, overlap, at, from);
      copied -= overlap - kept;
      back -= kept;
    }
    use_({from_, copied, at - back - begin_ - copied});
    begin_ = at - back;
    from_ = from - back;
    offset_ = static_cast<Offset>(from_) - static_cast<Offset>(begin_);
  }

  void end() {
    const std::size_t copied = forward_extent(target_.size());
    use_({from_, copied, target_.size() - begin_ - copied});
  }

  const ByteView reference_, target_;
  const std::function<void(const Match&)>& use_;
  std::unique_ptr<Anchors> anchors_;  // made once there is a need for it
  std::size_t at_ = 0;                // in the target
  std::size_t begin_ = 0, from_ = 0;  // of the alignment at hand
  Offset offset_ = 0;                 // what it adds to a place of the target
  std::size_t fruitless_ = 0;         // places in a row where nothing was found
};

}  // namespace

void find_matches(ByteView reference, ByteView target,
                  const std::function<void(const Match&)>& use) {
  Aligner(reference, target, use).run();
}

}  // namespace normalize::store
