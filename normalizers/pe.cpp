// Programs, libraries and objects of Windows and UEFI: Microsoft PE Format. Linkers write the time
// into the file header, the directories of exports, resources and debug information, and bound
// delay imports. Each is lowered to the epoch; CheckSum, where it is in use, is made anew.
//
// Without an epoch programs stay as they are: a stamp of zero makes scanners suspect a packer, and
// no other value is anybody's. `strict`, meant for comparing, makes it zero all the same, as it is
// in objects. `strict` also replaces the identifier that ties an image to its .pdb by a digest of
// the image; in safe it stays, so that debuggers find the file they had.
//
// Signed images, those whose stamps are hashes (/Brepro) and those that carry data of their own
// behind the last section, which installers checksum, are left.

#include "normalizers/pe/layout.h"

#include <algorithm>

#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/pe/stamps.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr TimeRange kStampRange{0, 0xffff'ffff};
constexpr std::size_t kClrHeaderBytes = 72, kClrFlags = 16, kClrSignatureSize = 36;
constexpr std::uint32_t kStrongNameSigned = 8;  // COMIMAGE_FLAGS_STRONGNAMESIGNED

constexpr Field kDebugId{"CodeView identifier", "link /Brepro; -Wl,--no-build-id"};

std::uint32_t number_at(ByteView file, std::size_t offset, std::string_view what) {
  Reader in(file);
  in.take(offset, what);
  return in.little_endian<std::uint32_t>(what);
}

void store(Bytes& file, std::size_t offset, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) file[offset + i] = static_cast<std::byte>(value >> (8 * i));
}

/// ECMA-335 partition II section 25.3.3.
bool has_strong_name(ByteView file, const pe::Layout& layout) {
  const pe::Directory& clr = layout.directories[pe::kClrHeader];
  if (clr.address == 0 || clr.size == 0) return false;
  const std::size_t header = layout.offset_of(clr.address, kClrHeaderBytes, "CLI header");
  return (number_at(file, header + kClrFlags, "CLI flags") & kStrongNameSigned) != 0 &&
         number_at(file, header + kClrSignatureSize, "StrongNameSignature") != 0;
}

/// What signs an image; empty where nothing does.
std::string_view signed_by(ByteView file, const pe::Layout& layout) {
  if (layout.kind != pe::Kind::image) return {};
  if (layout.directories[pe::kCertificates].size != 0) return "Authenticode";
  if (has_strong_name(file, layout)) return ".NET strong name";
  return {};
}

/// Why an image has to stay as it is; empty where it need not.
std::string_view reason_to_leave(ByteView file, const pe::Layout& layout) {
  if (layout.kind != pe::Kind::image) return {};
  const ByteView behind = file.subspan(static_cast<std::size_t>(layout.end));
  if (std::ranges::any_of(behind, [](std::byte b) { return b != std::byte{0}; }))
    return "data behind its last section may hold a checksum of it, as installers do";
  return {};
}

void settle_times(ByteView file, const pe::Stamps& stamps, Bytes& after, Context& context) {
  for (const pe::Stamp& stamp : stamps.times) {
    const std::uint32_t before = number_at(file, stamp.offset, stamp.field->name);
    if (before == 0) continue;  // no time, and for delay imports: not bound
    store(after, stamp.offset,
          static_cast<std::uint32_t>(context.settle_time(*stamp.field, before, kStampRange)));
  }
}

/// Makes each identifier a digest of the image around it, with an age of one.
void settle_debug_ids(ByteView file, const pe::Stamps& stamps, Bytes& after, Context& context) {
  if (stamps.debug_ids.empty()) return;
  for (const pe::DebugId& id : stamps.debug_ids) {
    std::fill_n(after.begin() + static_cast<std::ptrdiff_t>(id.offset), id.size, std::byte{0});
    store(after, id.age_offset, 1);
  }
  const Bytes digest = message_digest("sha256", Content::view(after)).value();
  for (const pe::DebugId& id : stamps.debug_ids) {
    std::copy_n(digest.begin(), id.size, after.begin() + static_cast<std::ptrdiff_t>(id.offset));
    const std::size_t size = id.age_offset + 4 - id.offset;
    const std::string was = hexadecimal(file.subspan(id.offset, size));
    const std::string is = hexadecimal(ByteView(after).subspan(id.offset, size));
    if (was != is) context.changed(kDebugId, was, is);
  }
}

/// The sum of all 16-bit words, each carry added again, and the size (ImageHlp's
/// CheckSumMappedFile).
std::uint32_t checksum(ByteView file) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 1 < file.size(); i += 2)
    sum += std::to_integer<std::uint64_t>(file[i]) | std::to_integer<std::uint64_t>(file[i + 1])
                                                         << 8;
  if (file.size() % 2 != 0) sum += std::to_integer<std::uint64_t>(file.back());
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint32_t>(sum + file.size());
}

Content settle(ByteView file, const pe::Layout& layout, const pe::Stamps& stamps,
               Context& context) {
  Bytes after(file.begin(), file.end());
  settle_times(file, stamps, after, context);
  const bool sums =
      layout.checksum_offset && number_at(file, *layout.checksum_offset, "CheckSum") != 0;
  const bool identifies = context.rules().strict() && !stamps.debug_ids.empty();
  if (!identifies && equal(after, file)) return Content::view(file);
  if (sums) store(after, *layout.checksum_offset, 0);
  if (identifies) settle_debug_ids(file, stamps, after, context);
  if (sums) store(after, *layout.checksum_offset, checksum(after));
  return Content::own(std::move(after));
}

class Pe final : public Normalizer {
 public:
  std::string_view name() const override { return "pe"; }

  bool recognizes(const Probe& probe) const override {
    if (!starts_with(probe.head, "MZ"))
      return pe::looks_like_object(probe.head, probe.source.size());
    constexpr std::size_t kLfanew = 0x3c;
    if (probe.head.size() < kLfanew + 4) return false;
    const std::size_t offset = number_at(probe.head, kLfanew, "e_lfanew");
    return offset < probe.head.size() && starts_with(probe.head.subspan(offset), kSignature);
  }

  Content normalize(ByteView input, Context& context) const override {
    const pe::Layout layout = pe::read_layout(input);
    if (const auto by = signed_by(input, layout); !by.empty())
      return context.leave_signed(input, by);
    const std::string_view reason = reason_to_leave(input, layout);
    if (!reason.empty()) return context.leave(input, reason);
    const pe::Stamps stamps = pe::find_stamps(input, layout);
    if (stamps.are_hashes) return context.leave(input, "its time stamps are hashes (/Brepro)");
    const Rules& rules = context.rules();
    if (layout.kind == pe::Kind::image && !rules.epoch && !rules.strict())
      return context.leave(input, "its time stamps have no value to take without an epoch");
    return settle(input, layout, stamps, context);
  }

 private:
  static constexpr std::string_view kSignature{"PE\0\0", 4};
};

}  // namespace

std::unique_ptr<const Normalizer> make_pe() { return std::make_unique<Pe>(); }

}  // namespace normalize
