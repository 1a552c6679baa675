// The .Z files of compress(1): one stream without noise of its own. It is read and not written, so
// where the payload is not normal, that is said and the file stays.

#include "normalizers/packed.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr PackedSuffix kSuffixes[] = {{".Z", ""}, {".taz", ".tar"}};

class Compress final : public Normalizer {
 public:
  std::string_view name() const override { return "compress"; }
  bool recognizes(const Probe& probe) const override { return compress_codec().starts(probe.head); }
  Content normalize(ByteView input, Context& context) const override {
    return normalize_packed(compress_codec(), input, kSuffixes, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_compress() { return std::make_unique<Compress>(); }

}  // namespace normalize
