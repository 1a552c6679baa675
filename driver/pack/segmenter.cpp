// A cut that moves makes everything behind it new to rsync, so cuts are where the content itself
// says so. Inside of large members that is where a hash of the last 64 bytes is small ("gear": each
// byte adds a random number of its own to twice the hash); between small ones it is in front of
// names that a hash has chosen, the likelier the larger the member. The numbers below are part of
// the recipe: with others every package would be cut elsewhere.

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

void Segmenter::begin(std::string_view name, std::uint64_t size, bool is_file) {
  if (rule_.by == CutRule::By::content) return begin_by_content(name, size);
  if (rule_.by != CutRule::By::members || !is_file) return;
  if (files_ == rule_.size) cut();
  ++files_;
}

void Segmenter::begin_by_content(std::string_view name, std::uint64_t size) {
  const bool was_inside = inside_;
  inside_ = size >= rule_.size;
  hash_ = 0;
  if (was_inside || inside_) return cut();
  const bool chosen = spread(name_hash(name)) < one_in(rule_.size) * size;
  if ((chosen && held() >= rule_.size / 4) || held() + size > 4 * rule_.size) cut();
}

void Segmenter::add(ByteView bytes) {
  while (!bytes.empty()) {
    const std::size_t taken = to_cut(bytes);
    const bool cuts = taken > 0;
    const ByteView part = bytes.first(cuts ? taken : bytes.size());
    bytes_.insert(bytes_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (cuts) cut();
  }
}

/// How many of the next bytes come before a cut; 0 where they come before none.
std::size_t Segmenter::to_cut(ByteView bytes) {
  if (rule_.by == CutRule::By::size)
    return bytes.size() >= rule_.size - held() ? rule_.size - held() : 0;
  if (!inside_) return 0;
  const std::size_t least = rule_.size / 2, most = 3 * rule_.size;
  const std::uint64_t limit = one_in(rule_.size - least);
  std::size_t length = held();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    hash_ = (hash_ << 1) + kGear[std::to_integer<std::size_t>(bytes[i])];
    ++length;
    if ((length >= least && hash_ < limit) || length >= most) return i + 1;
  }
  return 0;
}

void Segmenter::cut() {
  files_ = 0;
  if (held() == 0) return;
  const std::size_t keep = std::min(rule_.window, bytes_.size());
  Segment segment{{}, start_};
  Bytes window(bytes_.end() - static_cast<std::ptrdiff_t>(keep), bytes_.end());
  segment.bytes = std::exchange(bytes_, std::move(window));
  start_ = keep;
  sink_(std::move(segment));
}

void Segmenter::finish() { cut(); }

}  // namespace normalize
