#include "normalizers/zip/attributes.h"

#include "normalizers/zip/findings.h"
#include "rules/mode.h"

namespace normalize::zip {
namespace {

constexpr Field kMode{"external file attributes", "umask 022"};
constexpr Field kMadeBy{"version made by", ""};
constexpr Field kNeeded{"version needed to extract", ""};
constexpr Field kFlags{"general purpose bit flag", ""};
constexpr Field kInternal{"internal file attributes", ""};
constexpr Field kComment{"file comment", ""};
constexpr Field kDescriptor{"data descriptor", "write to a file instead of a pipe"};

constexpr std::uint32_t kDosFolder = 0x10;
constexpr std::uint32_t kTypeMask = 0170000, kFileType = 0100000, kFolderType = 0040000;

/// Whether readers that believe the mode another system's writer recorded, or its DOS attributes,
/// take the entry for something else than readers that go by its name.
bool is_in_doubt(const Entry& entry) {
  if (entry.host() == kUnixMadeBy >> 8) return false;
  const std::uint32_t by_name = entry.is_folder() ? kFolderType : kFileType;
  const std::uint32_t type = entry.has_unix_mode() ? entry.mode() & kTypeMask : 0;
  const bool is_dos_folder = entry.external_attributes & kDosFolder;
  return (type != 0 && type != by_name) || (is_dos_folder && !entry.is_folder());
}

std::uint32_t normal_external(const Entry& entry, const Rules& rules) {
  const std::uint32_t attributes = entry.external_attributes;
  const std::uint32_t mode =
      entry.has_unix_mode() ? normal_mode(entry.mode(), rules) : entry.mode();
  if (!rules.strict() || is_in_doubt(entry)) return mode << 16 | (attributes & 0xffff);
  // Without a mode, unzip gives files 0666 and folders 0777 less the umask, as if it said so.
  const std::uint32_t type = entry.is_folder() ? kFolderType : kFileType;
  const std::uint32_t known = entry.has_unix_mode() ? entry.mode() : 0;
  const std::uint32_t typed = known & kTypeMask ? known : known | type;
  return normal_mode(typed, rules) << 16 | (entry.is_folder() ? kDosFolder : 0);
}

void settle_mode(Entry& entry, Context& context, EntryFindings& findings) {
  const std::uint32_t after = normal_external(entry, context.rules());
  if (after == entry.external_attributes) return;
  const auto text = [](std::uint32_t attributes) {
    return mode_text(attributes >> 16) + ", DOS " + std::to_string(attributes & 0xffff);
  };
  findings.changed(kMode, text(entry.external_attributes), text(after));
  entry.external_attributes = after;
}

template <typename T>
void settle(const Field& field, T& value, T after, EntryFindings& findings) {
  if (value == after) return;
  findings.changed(field, std::to_string(value), std::to_string(after));
  value = after;
}

bool is_ascii(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b < std::byte{0x80}; });
}

/// The writer's choices that no reader acts on, and what was written for people.
void settle_writer(Entry& entry, EntryFindings& findings) {
  if (!is_in_doubt(entry)) settle(kMadeBy, entry.made_by, kUnixMadeBy, findings);
  settle<std::uint16_t>(kInternal, entry.internal_attributes, 0, findings);
  if (!entry.comment.empty()) findings.changed(kComment, std::string(as_text(entry.comment)), "");
  entry.comment = {};
  const bool ascii = is_ascii(entry.name);
  for (Header* header : {&entry.central, &entry.local}) {
    unsigned flags = header->flags;
    if (header->method == kDeflated) flags &= ~unsigned{kDeflateLevel};
    if (ascii) flags &= ~unsigned{kUtf8};
    settle(kFlags, header->flags, static_cast<std::uint16_t>(flags), findings);
    const bool plain = header->method == kStored || header->method == kDeflated;
    if (plain) settle(kNeeded, header->needed, kVersionPlain, findings);
    if (!entry.descriptor.present) header->size_in_64 = header->packed_size_in_64 = false;
  }
  entry.disk_in_64 = false;
}

}  // namespace

void fold_descriptor(Entry& entry) {
  for (Header* header : {&entry.central, &entry.local})
    header->flags = static_cast<std::uint16_t>(header->flags & ~kDescriptorFollows);
  entry.descriptor = {};
  entry.local.crc = entry.central.crc;
  entry.local.size = entry.central.size;
  entry.local.packed_size = entry.central.packed_size;
}

void settle_attributes(Entry& entry, Context& context) {
  EntryFindings findings;
  const bool strict = context.rules().strict();
  settle_mode(entry, context, findings);
  // An encrypted entry's bit 3 says what its password is checked by, and stays.
  if (strict && entry.has_flag(kDescriptorFollows) && !entry.is_encrypted()) {
    findings.changed(kDescriptor, "behind the data", "in the local header");
    fold_descriptor(entry);
  }
  if (strict) settle_writer(entry, findings);
  findings.report(context, entry.text_name());
}

}  // namespace normalize::zip
