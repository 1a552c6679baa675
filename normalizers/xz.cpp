// .xz (The .xz File Format 1.1.0): streams end to end, with padding between and behind them. A
// stream holds no noise of its own, so the payload alone is normalized; codec/xz.cpp packs it.

#include "normalizers/packed.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr PackedSuffix kSuffixes[] = {{".xz", ""}, {".txz", ".tar"}};

class Xz final : public Normalizer {
 public:
  std::string_view name() const override { return "xz"; }
  bool recognizes(const Probe& probe) const override { return xz_codec().starts(probe.head); }
  Content normalize(ByteView input, Context& context) const override {
    return normalize_packed(xz_codec(), input, kSuffixes, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_xz() { return std::make_unique<Xz>(); }

}  // namespace normalize
