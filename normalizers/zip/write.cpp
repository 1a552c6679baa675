// Writing an archive: sections 4.3.7 to 4.3.16. What zip64 holds is decided here, since offsets are
// known here alone.

#include "normalizers/zip/write.h"

#include <array>

#include "normalizers/bytes/writer.h"
#include "normalizers/zip/align.h"
#include "normalizers/zip/attributes.h"
#include "normalizers/zip/extra.h"

namespace normalize::zip {
namespace {

constexpr Field kEnd64{"zip64 end of central directory record", ""};
constexpr Field kPadding{"padding between entries", ""};
constexpr std::uint16_t kNewMadeBy64 = 3 << 8 | kVersion64;

/// A record of fixed size, written in one go.
class Record {
 public:
  template <std::unsigned_integral T>
  Record& put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes_[size_++] = static_cast<std::byte>(value >> (8 * i));
    return *this;
  }
  Record& put(std::string_view signature) {
    for (const char c : signature) bytes_[size_++] = static_cast<std::byte>(c);
    return *this;
  }
  ByteView bytes() const { return ByteView(bytes_).first(size_); }
  std::size_t size() const { return size_; }

 private:
  std::array<std::byte, 80> bytes_;
  std::size_t size_ = 0;
};

/// Section 4.5.3: the values whose own fields are all ones.
class Zip64 {
 public:
  std::uint32_t value32(std::uint64_t value, bool in_64) {
    if (!in_64 && value < kSentinel32) return static_cast<std::uint32_t>(value);
    field_.put(value);
    return kSentinel32;
  }
  std::uint16_t disk(bool in_64) {
    if (!in_64) return 0;
    field_.put(std::uint32_t{0});
    return kSentinel16;
  }
  bool used() const { return field_.size() > 0; }
  std::size_t size() const { return used() ? 4 + field_.size() : 0; }
  void write(Writer& out) const {
    if (!used()) return;
    out.bytes(Record().put(kZip64Id).put(static_cast<std::uint16_t>(field_.size())).bytes());
    out.bytes(field_.bytes());
  }

 private:
  Record field_;
};

std::uint16_t needed(const Header& header, const Zip64& zip64) {
  return zip64.used() ? std::max(header.needed, kVersion64) : header.needed;
}

void put_header(Record& record, const Header& header, const Zip64& zip64, std::uint32_t packed_size,
                std::uint32_t size) {
  record.put(needed(header, zip64)).put(header.flags).put(header.method);
  record.put(header.modified.time).put(header.modified.date).put(header.crc);
  record.put(packed_size).put(size);
}

std::uint16_t length16(std::uint64_t length, std::string_view what) {
  if (length > 0xffff) throw LimitError(std::string(what) + " would be longer than 65535 bytes");
  return static_cast<std::uint16_t>(length);
}

/// Section 4.5.3: here the zip64 field holds both sizes or none.
void write_local(Writer& out, const Entry& entry) {
  const Header& header = entry.local;
  const bool in_64 = header.size_in_64 || header.packed_size_in_64 || header.size >= kSentinel32 ||
                     header.packed_size >= kSentinel32;
  Zip64 zip64;
  const std::uint32_t size = zip64.value32(header.size, in_64);
  const std::uint32_t packed_size = zip64.value32(header.packed_size, in_64);
  constexpr std::size_t kFixedBytes = 30;
  const std::size_t extra_size = zip64.size() + header.extra.size();
  const Bytes padding =
      padding_for(entry, out.size() + kFixedBytes + entry.name.size() + extra_size);

  Record record;
  record.put(kLocalSignature);
  put_header(record, header, zip64, packed_size, size);
  record.put(length16(entry.name.size(), "file name"));
  record.put(length16(extra_size + padding.size(), "extra field"));
  out.bytes(record.bytes());
  out.bytes(entry.name);
  zip64.write(out);
  out.bytes(header.extra);
  out.bytes(padding);
}

void write_descriptor(Writer& out, const Entry& entry) {
  const Descriptor& descriptor = entry.descriptor;
  if (!descriptor.present) return;
  const Header& header = entry.central;
  Record record;
  if (descriptor.has_signature) record.put(kDescriptorSignature);
  record.put(header.crc);
  if (descriptor.wide || header.size > kSentinel32 || header.packed_size > kSentinel32)
    record.put(header.packed_size).put(header.size);
  else
    record.put(static_cast<std::uint32_t>(header.packed_size))
        .put(static_cast<std::uint32_t>(header.size));
  out.bytes(record.bytes());
}

void write_data(Writer& out, const Entry& entry) {
  if (entry.repacked)
    out.carry(*entry.repacked);
  else
    out.carry(entry.data);
  write_descriptor(out, entry);
}

void write_central(Writer& out, const Entry& entry, std::uint64_t offset) {
  const Header& header = entry.central;
  Zip64 zip64;
  const std::uint32_t size = zip64.value32(header.size, header.size_in_64);
  const std::uint32_t packed_size = zip64.value32(header.packed_size, header.packed_size_in_64);
  const std::uint32_t offset32 = zip64.value32(offset, false);
  const std::uint16_t disk = zip64.disk(entry.disk_in_64);
  Record record;
  record.put(kCentralSignature).put(entry.made_by);
  put_header(record, header, zip64, packed_size, size);
  record.put(length16(entry.name.size(), "file name"));
  record.put(length16(zip64.size() + header.extra.size(), "extra field"));
  record.put(length16(entry.comment.size(), "file comment"));
  record.put(disk).put(entry.internal_attributes).put(entry.external_attributes).put(offset32);
  out.bytes(record.bytes());
  out.bytes(entry.name);
  zip64.write(out);
  out.bytes(header.extra);
  out.bytes(entry.comment);
}

/// Sections 4.3.14 and 4.3.15.
void write_end64(Writer& out, const End& end, std::uint64_t start, const Rules& rules) {
  const bool keeps_versions = end.has_64 && !rules.strict();
  Record record;
  record.put(kEnd64Signature).put(std::uint64_t{44 + end.extensible_64.size()});
  record.put(keeps_versions ? end.made_by_64 : kNewMadeBy64);
  record.put(keeps_versions ? end.needed_64 : kVersion64);
  record.put(std::uint32_t{0}).put(std::uint32_t{0}).put(end.entries).put(end.entries);
  record.put(end.directory_size).put(end.directory_offset);
  out.bytes(record.bytes());
  out.bytes(end.extensible_64);
  Record locator;
  locator.put(kLocatorSignature).put(std::uint32_t{0}).put(start).put(std::uint32_t{1});
  out.bytes(locator.bytes());
}

/// What a field of 16 or 32 bits holds: the value, or all ones where the zip64 record has it.
template <typename T>
T narrow(std::uint64_t value, bool in_64) {
  constexpr T kSentinel = std::numeric_limits<T>::max();
  return in_64 || value >= kSentinel ? kSentinel : static_cast<T>(value);
}

/// Section 4.3.16. `end` has the new numbers.
void write_end(Writer& out, End end, std::uint64_t base, Context& context) {
  const Rules& rules = context.rules();
  const bool needs_64 = end.entries >= kSentinel16 || end.directory_size >= kSentinel32 ||
                        end.directory_offset >= kSentinel32;
  if (needs_64 || (end.has_64 && !rules.strict())) {
    if (!end.has_64) context.changed(kEnd64, "missing", "present");
    if (end.has_64 && rules.strict())
      context.settle(kEnd64, end.made_by_64, kNewMadeBy64),
          context.settle(kEnd64, end.needed_64, kVersion64);
    write_end64(out, end, out.size() - base, rules);
  } else if (end.has_64) {
    context.changed(kEnd64, "present", "not needed");
  }
  const bool keeps = end.has_64 && !rules.strict();
  Record record;
  const auto entries = narrow<std::uint16_t>(end.entries, keeps && end.entries_in_64);
  record.put(kEndSignature).put(std::uint32_t{0}).put(entries).put(entries);
  record.put(narrow<std::uint32_t>(end.directory_size, keeps && end.size_in_64));
  record.put(narrow<std::uint32_t>(end.directory_offset, keeps && end.offset_in_64));
  record.put(length16(end.comment.size(), "comment"));
  out.bytes(record.bytes());
  out.carry(end.comment);
  out.carry(end.behind);
}

}  // namespace

Content write_archive(const Archive& archive, Context& context) {
  Writer out;
  out.carry(archive.prefix);
  std::vector<std::uint64_t> offsets;
  offsets.reserve(archive.entries.size());
  for (const Entry& entry : archive.entries) {
    offsets.push_back(out.size() - archive.base);
    write_local(out, entry);
    write_data(out, entry);
  }
  if (archive.padding > 0)
    context.changed(kPadding, std::to_string(archive.padding) + " bytes", "0 bytes");
  End end = archive.end;
  const std::uint64_t directory = out.size();
  for (std::size_t i = 0; i < offsets.size(); ++i)
    write_central(out, archive.entries[i], offsets[i]);
  end.entries = offsets.size();
  end.directory_size = out.size() - directory;
  end.directory_offset = directory - archive.base;
  write_end(out, end, archive.base, context);
  return std::move(out).finish();
}

}  // namespace normalize::zip
