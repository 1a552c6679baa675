// LZ4 (lz4_Frame_format.md 1.6.2): frames end to end, legacy ones too, without noise of their own,
// so the payload alone is normalized; codec/lz4.cpp packs it.

#include "normalizers/codec/skippable.h"
#include "normalizers/packed.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr PackedSuffix kSuffixes[] = {{".lz4", ""}, {".tlz4", ".tar"}};

class Lz4 final : public Normalizer {
 public:
  std::string_view name() const override { return "lz4"; }
  bool recognizes(const Probe& probe) const override {
    return lz4_codec().starts(behind_skippable_frames(probe.head));
  }
  Content normalize(ByteView input, Context& context) const override {
    return normalize_packed(lz4_codec(), input, kSuffixes, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_lz4() { return std::make_unique<Lz4>(); }

}  // namespace normalize
