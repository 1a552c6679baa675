// U-Boot's legacy image (mkimage), include/image.h of U-Boot. A header of 64 bytes, big-endian,
// with a CRC of itself and one of the data. ih_time is lowered to the epoch, ih_hcrc made anew.
// Where the data is one file of its own, that is normalized too, and ih_size and ih_dcrc follow.

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic = "\x27\x05\x19\x56";
constexpr std::size_t kHeaderBytes = 64;
constexpr std::uint8_t kStandalone = 1, kKernel = 2, kRamdisk = 3, kFirmware = 5, kFilesystem = 7;
constexpr TimeRange kTimeRange{0, 0xffff'ffff};

constexpr Field kTime{"ih_time", "SOURCE_DATE_EPOCH for mkimage"};
constexpr Field kData = Field::following("image data");

struct Header {
  std::uint32_t hcrc, time, size;
  ByteView load_and_entry;  // ih_load, ih_ep
  std::uint32_t dcrc;
  ByteView rest;  // ih_os to ih_name
  std::uint8_t type;
};

Header read_header(ByteView input) {
  Reader in(input);
  Header header;
  in.expect(as_bytes(kMagic), "ih_magic");
  header.hcrc = in.big_endian<std::uint32_t>("ih_hcrc");
  header.time = in.big_endian<std::uint32_t>("ih_time");
  header.size = in.big_endian<std::uint32_t>("ih_size");
  header.load_and_entry = in.take(8, "ih_load and ih_ep");
  header.dcrc = in.big_endian<std::uint32_t>("ih_dcrc");
  header.rest = in.take(36, "ih_os to ih_name");
  header.type = std::to_integer<std::uint8_t>(header.rest[2]);
  return header;
}

/// The header as it is written, its own CRC counted as zero where that is what `hcrc` says.
void write_header(Writer& out, const Header& header, std::uint32_t hcrc) {
  out.text(kMagic);
  out.big_endian(hcrc);
  out.big_endian(header.time);
  out.big_endian(header.size);
  out.bytes(header.load_and_entry);
  out.big_endian(header.dcrc);
  out.bytes(header.rest);
}

std::uint32_t header_crc(const Header& header) {
  Writer out;
  write_header(out, header, 0);
  return crc32(std::move(out).finish());
}

/// Whether the data is a file of its own; scripts, multi-file images and device trees begin with a
/// table or are found by their size.
bool holds_one_file(std::uint8_t type) {
  return type == kStandalone || type == kKernel || type == kRamdisk || type == kFirmware ||
         type == kFilesystem;
}

/// Normalizes the data; size and CRC in `header` follow. Unset where it stays.
std::optional<Content> normalize_data(ByteView data, Header& header, Context& context) {
  if (!holds_one_file(header.type) || crc32(data) != header.dcrc) return std::nullopt;
  WholeSource source(data);
  auto after = context.member("data", source);
  if (!after) return std::nullopt;
  context.changed(kData, std::to_string(data.size()) + " bytes",
                  std::to_string(after->size()) + " bytes, normalized");
  header.size = static_cast<std::uint32_t>(after->size());
  header.dcrc = crc32(*after);
  return after;
}

class Uimage final : public Normalizer {
 public:
  std::string_view name() const override { return "uimage"; }
  bool recognizes(const Probe& probe) const override {
    return probe.head.size() >= kHeaderBytes && starts_with(probe.head, kMagic);
  }

  Content normalize(ByteView input, Context& context) const override {
    Header header = read_header(input);
    if (header_crc(header) != header.hcrc)
      throw FormatError(4, "ih_hcrc does not match the header");
    Reader in(input);
    in.take(kHeaderBytes, "header");
    const ByteView data = in.take(header.size, "image data");
    const auto after = normalize_data(data, header, context);
    header.time = static_cast<std::uint32_t>(context.settle_time(kTime, header.time, kTimeRange));
    Writer out;
    write_header(out, header, header_crc(header));
    out.carry(after.value_or(Content::view(data)));
    out.carry(in.rest());
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_uimage() { return std::make_unique<Uimage>(); }

}  // namespace normalize
