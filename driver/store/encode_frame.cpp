#include "driver/store/encode_frame.h"

#include "driver/store/delta/delta.h"
#include "normalizers/codec/zstd_reference.h"

namespace normalize::store {
namespace {

constexpr int kWholeLevel = 3;
/// What refers to something earlier is little: effort pays.
constexpr std::size_t kThoroughBytes = std::size_t{1} << 20;
constexpr int kThoroughLevel = 19, kQuickLevel = 3;
/// Deltas below this share of what they make are as good as they get.
constexpr std::size_t kGoodShare = 64, kFairShare = 12;

struct Candidate {
  Frame::Coding coding = Frame::Coding::zstd;
  bool refers = false;
  Bytes stored;
};

void take_if_smaller(Candidate& best, Candidate candidate) {
  if (candidate.stored.size() < best.stored.size()) best = std::move(candidate);
}

Candidate best_with(ByteView reference, ByteView bytes) {
  Candidate best{Frame::Coding::delta, true, encode_delta(reference, bytes)};
  const bool is_small = bytes.size() <= kThoroughBytes && reference.size() <= kThoroughBytes;
  if (best.stored.size() < bytes.size() / (is_small ? kGoodShare : kFairShare)) return best;
  const int level = is_small ? kThoroughLevel : kQuickLevel;
  take_if_smaller(best, {Frame::Coding::zstd, true, zstd_pack_with(bytes, reference, level)});
  take_if_smaller(best, {Frame::Coding::zstd, false, zstd_pack_with(bytes, {}, kWholeLevel)});
  return best;
}

}  // namespace

NewFrame encode_frame(std::vector<PlainObject> objects, const References& references) {
  Bytes gathered;
  NewFrame result;
  for (PlainObject& object : objects) {
    Object& placed = result.objects.emplace_back();
    placed.digest = object.digest;
    placed.offset = gathered.size();
    placed.size = object.bytes.size();
    placed.sketch = object.sketch;
    if (gathered.empty())
      gathered = std::move(object.bytes);  // all there is, where it is large
    else
      gathered.insert(gathered.end(), object.bytes.begin(), object.bytes.end());
  }
  Candidate best = references.digests.empty() ? Candidate{Frame::Coding::zstd, false,
                                                          zstd_pack_with(gathered, {}, kWholeLevel)}
                                              : best_with(references.bytes, gathered);
  result.frame.coding = best.coding;
  result.frame.size = gathered.size();
  result.stored = std::move(best.stored);
  if (!best.refers) return result;
  result.frame.references = references.digests;
  result.frame.depth = references.depth;
  for (std::size_t i = 0; i < result.objects.size(); ++i)
    result.objects[i].base = static_cast<std::uint32_t>(i + 1);
  return result;
}

}  // namespace normalize::store
