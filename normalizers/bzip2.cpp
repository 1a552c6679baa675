// bzip2: streams end to end (pbzip2 writes one for each block), without noise of their own, so the
// payload alone is normalized; codec/bzip2.cpp packs it.

#include "normalizers/packed.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr PackedSuffix kSuffixes[] = {{".bz2", ""}, {".tbz2", ".tar"}, {".tbz", ".tar"}};

class Bzip2 final : public Normalizer {
 public:
  std::string_view name() const override { return "bzip2"; }
  bool recognizes(const Probe& probe) const override { return bzip2_codec().starts(probe.head); }
  Content normalize(ByteView input, Context& context) const override {
    return normalize_packed(bzip2_codec(), input, kSuffixes, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_bzip2() { return std::make_unique<Bzip2>(); }

}  // namespace normalize
