// .lzma (LZMA_Alone): one stream without noise of its own; codec/lzma.cpp packs its payload. The
// format has no magic: a plausible header counts only where what follows unpacks.

#include "normalizers/error.h"
#include "normalizers/packed.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr PackedSuffix kSuffixes[] = {{".lzma", ""}, {".tlz", ".tar"}};

/// A few bytes of anything but LZMA soon refer to what lies before the first one.
bool unpacks(ByteView head, std::uint64_t memory) try {
  constexpr std::size_t kEnough = 64;
  Bytes unpacked;
  unpack_head(lzma_codec(), head, memory, 0, kEnough, unpacked);
  return true;
} catch (const std::exception&) {
  return false;
}

class Lzma final : public Normalizer {
 public:
  std::string_view name() const override { return "lzma"; }
  bool recognizes(const Probe& probe) const override {
    return lzma_codec().starts(probe.head) && unpacks(probe.head, Limits{}.decoder_memory);
  }
  Content normalize(ByteView input, Context& context) const override {
    return normalize_packed(lzma_codec(), input, kSuffixes, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_lzma() { return std::make_unique<Lzma>(); }

}  // namespace normalize
