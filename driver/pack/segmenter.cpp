// A cut that moves makes everything behind it new to rsync, so cuts are where the content itself
// says so. Inside of large members that is where a hash of the last 64 bytes ("gear": each byte
// adds a random number of its own to twice the hash) is greater than at all places nearby: no cut
// depends on the one before it, and sizes differ less than where a hash only has to be small.
// Between small members it is in front of names that a hash has chosen, the likelier the larger the
// member. The numbers below are part of the recipe: with others every package would be cut
// elsewhere.

#include "driver/pack/segmenter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "normalizers/bytes/checksum.h"

namespace normalize {
namespace {

constexpr std::uint64_t kGolden = 0x9e37'79b9'7f4a'7c15;

/// SplitMix64's last step, which spreads a difference over all bits.
constexpr std::uint64_t spread(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58'476d'1ce4'e5b9;
  value = (value ^ value >> 27) * 0x94d0'49bb'1331'11eb;
  return value ^ value >> 31;
}

constexpr std::array<std::uint64_t, 256> gear_numbers() {
  std::array<std::uint64_t, 256> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = spread((i + 2) * kGolden);
  return numbers;
}
constexpr std::array<std::uint64_t, 256> kGear = gear_numbers();

/// Below which a hash is with a chance of one in `count`.
constexpr std::uint64_t one_in(std::uint64_t count) {
  return std::numeric_limits<std::uint64_t>::max() / count;
}

}  // namespace

Segmenter::Segmenter(CutRule rule, Sink sink)
    : rule_(rule),
      sink_(std::move(sink)),
      radius_(rule.by == CutRule::By::content ? rule.size * 5 / 16 : 0),
      peaks_(radius_) {}

void Segmenter::begin(std::string_view name, std::uint64_t size, bool is_file) {
  if (rule_.by == CutRule::By::content) return begin_by_content(name, size);
  if (rule_.by != CutRule::By::members || !is_file) return;
  if (files_ == rule_.size) cut(held());
  ++files_;
}

void Segmenter::begin_by_content(std::string_view name, std::uint64_t size) {
  const bool is_large = size >= rule_.size;
  const bool chosen = spread(name_hash(name)) < one_in(rule_.size) * size;
  if (!parts_.empty() || is_large || (chosen && held() >= rule_.size / 4) ||
      held() + size > 4 * rule_.size)
    cut(held());
  parts_.clear();
  if (!is_large) return;
  peaks_.start();
  hash_ = 0;
  if (rule_.edge > 0 && size > 4 * rule_.edge)
    parts_ = {{rule_.edge, false}, {size - 2 * rule_.edge, true}, {rule_.edge, false}};
  else
    parts_ = {{size, true}};
}

void Segmenter::add(ByteView bytes) {
  while (!bytes.empty()) {
    const ByteView taken = bytes.first(next_size(bytes.size()));
    bytes = bytes.subspan(taken.size());
    if (parts_.empty()) {
      bytes_.insert(bytes_.end(), taken.begin(), taken.end());
      if (rule_.by == CutRule::By::size && held() == rule_.size) cut(held());
    } else {
      add_inside(taken);
    }
  }
}

/// How many of the next bytes belong together.
std::size_t Segmenter::next_size(std::size_t most) const {
  if (rule_.by == CutRule::By::size) return std::min(most, rule_.size - held());
  if (parts_.empty()) return most;
  return static_cast<std::size_t>(std::min<std::uint64_t>(most, parts_.front().left));
}

void Segmenter::add_inside(ByteView bytes) {
  Part& part = parts_.front();
  part.left -= bytes.size();
  if (part.is_body)
    add_to_body(bytes);
  else
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  if (part.left > 0) return;
  while (part.is_body && held() >= most()) cut(most());
  cut(held());
  parts_.pop_front();
}

/// Whether to cut at a place shows when the radius behind it has come.
void Segmenter::add_to_body(ByteView bytes) {
  while (!bytes.empty()) {
    const std::size_t room = most() + radius_ - held();
    std::size_t taken = 0;
    bool is_peak = false;
    while (taken < std::min(room, bytes.size()) && !is_peak) {
      hash_ = (hash_ << 1) + kGear[std::to_integer<std::size_t>(bytes[taken++])];
      is_peak = peaks_.add(hash_);
    }
    const ByteView part = bytes.first(taken);
    bytes_.insert(bytes_.end(), part.begin(), part.end());
    bytes = bytes.subspan(taken);
    if (is_peak)
      cut(held() - radius_);
    else if (taken == room)
      cut(most());
  }
}

/// Hands over the first `size` bytes of what is not yet cut.
void Segmenter::cut(std::size_t size) {
  files_ = 0;
  if (size == 0) return;
  const auto at = [&](std::size_t place) {
    return bytes_.begin() + static_cast<std::ptrdiff_t>(place);
  };
  const std::size_t end = start_ + size, keep = std::min(rule_.window, end);
  Bytes rest(at(end - keep), bytes_.end());
  bytes_.resize(end);
  sink_({std::exchange(bytes_, std::move(rest)), std::exchange(start_, keep)});
}

void Segmenter::finish() { cut(held()); }

}  // namespace normalize
