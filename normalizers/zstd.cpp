// Zstandard (RFC 8878): frames end to end, without noise of their own, so the payload alone is
// normalized; codec/zstd.cpp packs it. Skippable frames, which may index the others, forbid that.

#include "normalizers/codec/skippable.h"
#include "normalizers/packed.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr PackedSuffix kSuffixes[] = {{".zst", ""}, {".tzst", ".tar"}};

class Zstd final : public Normalizer {
 public:
  std::string_view name() const override { return "zstd"; }
  bool recognizes(const Probe& probe) const override {
    return zstd_codec().starts(behind_skippable_frames(probe.head));
  }
  Content normalize(ByteView input, Context& context) const override {
    return normalize_packed(zstd_codec(), input, kSuffixes, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_zstd() { return std::make_unique<Zstd>(); }

}  // namespace normalize
