#include "driver/store/sketch.h"

#include "driver/store/gear.h"

namespace normalize::store {
namespace {

constexpr std::size_t kLeastBytes = 4096;
/// One place of so many is looked at; which ones depends on the bytes before them alone.
constexpr std::uint64_t kSampled = 63ULL << 58;
constexpr std::uint8_t kNone = 0, kSome = 1;

}  // namespace

Sketch Sketch::of(ByteView content) {
  Sketch sketch;
  if (content.size() < kLeastBytes) return sketch;
  Gear gear;
  for (const std::byte byte : content) {
    const std::uint64_t hash = gear.add(byte);
    if ((hash & kSampled) != 0) continue;
    for (std::size_t i = 0; i < kFeatures; ++i) {
      const std::uint64_t mixed = (hash ^ kGearNumbers[i]) * (kGearNumbers[i + 64] | 1);
      sketch.features[i] = std::max(sketch.features[i], static_cast<std::uint32_t>(mixed >> 32));
    }
  }
  return sketch;
}

unsigned Sketch::likeness(const Sketch& other) const {
  unsigned same = 0;
  for (std::size_t i = 0; i < kFeatures; ++i)
    same += features[i] != 0 && features[i] == other.features[i] ? 1U : 0U;
  return same;
}

void Sketch::append_to(Bytes& out) const {
  out.push_back(static_cast<std::byte>(empty() ? kNone : kSome));
  if (empty()) return;
  for (const std::uint32_t feature : features)
    for (unsigned shift = 0; shift < 32; shift += 8)
      out.push_back(static_cast<std::byte>(feature >> shift & 0xff));
}

Sketch Sketch::take(Reader& in) {
  Sketch sketch;
  const std::uint8_t kind = in.byte("sketch");
  if (kind == kNone) return sketch;
  if (kind != kSome) in.fail("sketch: not known");
  for (std::uint32_t& feature : sketch.features)
    feature = in.little_endian<std::uint32_t>("sketch");
  return sketch;
}

}  // namespace normalize::store
