// bFLT, the executables of Linux without a memory management unit: struct flat_hdr in the kernel's
// include/linux/flat.h, big-endian. build_date, which elf2flt fills in, is lowered to the epoch.

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic = "bFLT";
constexpr std::size_t kHeaderBytes = 64, kBuildDateOffset = 40;
constexpr std::uint32_t kVersion = 4;  // FLAT_VERSION; build_date came with it
constexpr TimeRange kTimeRange{0, 0xffff'ffff};

constexpr Field kBuildDate{"build_date", "SOURCE_DATE_EPOCH for elf2flt"};

class Bflt final : public Normalizer {
 public:
  std::string_view name() const override { return "bflt"; }
  bool recognizes(const Probe& probe) const override {
    return probe.head.size() >= kHeaderBytes && starts_with(probe.head, kMagic);
  }

  Content normalize(ByteView input, Context& context) const override {
    Reader in(input);
    in.take(kMagic.size(), "magic");
    const auto version = in.big_endian<std::uint32_t>("rev");
    if (version != kVersion)
      return context.leave(input, "version " + std::to_string(version) + " has no build_date");
    in.take(kBuildDateOffset - 8, "header");
    const auto date = in.big_endian<std::uint32_t>("build_date");
    Writer out;
    out.bytes(input.first(kBuildDateOffset));
    out.big_endian(static_cast<std::uint32_t>(context.settle_time(kBuildDate, date, kTimeRange)));
    out.carry(in.rest());
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_bflt() { return std::make_unique<Bflt>(); }

}  // namespace normalize
