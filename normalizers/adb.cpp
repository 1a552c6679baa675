// Packages and indexes of Alpine, version 3 (apk-v3(5)): "ADB." and a schema, then blocks: a
// database with sums of all files and of itself, signatures of it, and data. In front of that may
// stand "ADBd", for all packed by deflate, or "ADBc" with a number for the algorithm and one for
// the level. Recognized and left: nobody but apk writes the database.

#include "normalizers/bytes/reader.h"
#include "normalizers/codec/deflate.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kPlain = "ADB.", kDeflated = "ADBd", kPacked = "ADBc";
constexpr std::uint8_t kMostAlgorithm = 2;  // none, deflate, zstd

/// The schemata of packages and indexes.
bool is_database(ByteView bytes) {
  if (!starts_with(bytes, kPlain)) return false;
  const ByteView schema = bytes.subspan(kPlain.size());
  return starts_with(schema, "pckg") || starts_with(schema, "indx");
}

bool holds_database(ByteView deflated) {
  try {
    return is_database(inflate_head(deflated, 2 * kPlain.size(), 0));
  } catch (const FormatError&) {
    return false;
  }
}

class Adb final : public Normalizer {
 public:
  std::string_view name() const override { return "adb"; }

  bool recognizes(const Probe& probe) const override {
    const ByteView head = probe.head;
    if (starts_with(head, kDeflated)) return holds_database(head.subspan(kDeflated.size()));
    if (starts_with(head, kPacked) && head.size() > 6)
      return std::to_integer<std::uint8_t>(head[4]) <= kMostAlgorithm;
    return is_database(head);
  }

  Content normalize(ByteView input, Context& context) const override {
    return context.leave(input, "a package or index of Alpine (apk 3) keeps sums of all in it");
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_adb() { return std::make_unique<Adb>(); }

}  // namespace normalize
