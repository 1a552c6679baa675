#include "tests/support/zip.h"

#include <doctest/doctest.h>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "tests/support/bytes.h"

namespace normalize::test {
namespace {

Bytes packed(const ZipEntry& entry) {
  if (entry.method != zip::kDeflated) return bytes(entry.data);
  return deflate(Content::view(as_bytes(entry.data)), {entry.level, 8}).to_bytes();
}

std::uint16_t size16(const std::string& text) { return static_cast<std::uint16_t>(text.size()); }

void common(Writer& out, const ZipEntry& entry, bool zero_sizes) {
  out.little_endian(entry.needed);
  out.little_endian(entry.flags);
  out.little_endian(entry.method);
  out.little_endian(entry.modified.time);
  out.little_endian(entry.modified.date);
  const Bytes data = packed(entry);
  out.little_endian(zero_sizes ? 0 : crc32(as_bytes(entry.data)));
  out.little_endian(zero_sizes ? 0U : static_cast<std::uint32_t>(data.size()));
  out.little_endian(zero_sizes ? 0U : static_cast<std::uint32_t>(entry.data.size()));
}

void descriptor(Writer& out, const ZipEntry& entry) {
  if (!entry.bare_descriptor) out.text(zip::kDescriptorSignature);
  out.little_endian(crc32(as_bytes(entry.data)));
  for (const std::size_t size : {packed(entry).size(), entry.data.size()})
    if (entry.wide_descriptor)
      out.little_endian(std::uint64_t{size});
    else
      out.little_endian(static_cast<std::uint32_t>(size));
}

void local(Writer& out, const ZipEntry& entry) {
  const bool streamed = entry.flags & zip::kDescriptorFollows;
  const std::string& name = entry.local_name.empty() ? entry.name : entry.local_name;
  out.text(zip::kLocalSignature);
  common(out, entry, streamed);
  out.little_endian(size16(name));
  out.little_endian(size16(entry.local_extra));
  out.text(name);
  out.text(entry.local_extra);
  out.bytes(packed(entry));
  if (streamed) descriptor(out, entry);
}

void central(Writer& out, const ZipEntry& entry, std::uint64_t offset) {
  out.text(zip::kCentralSignature);
  out.little_endian(entry.made_by);
  common(out, entry, false);
  out.little_endian(size16(entry.name));
  out.little_endian(size16(entry.central_extra));
  out.little_endian(size16(entry.comment));
  out.little_endian(std::uint32_t{0});  // disk, internal attributes
  out.little_endian(entry.mode << 16 | entry.dos_attributes);
  out.little_endian(static_cast<std::uint32_t>(offset));
  out.text(entry.name);
  out.text(entry.central_extra);
  out.text(entry.comment);
}

void end_64(Writer& out, std::uint64_t entries, std::uint64_t size, std::uint64_t offset,
            std::uint64_t base) {
  const std::uint64_t start = out.size() - base;
  out.text(zip::kEnd64Signature);
  out.little_endian(std::uint64_t{44});
  out.little_endian(std::uint32_t{45U << 16 | 45U});
  out.zeros(8);
  for (const std::uint64_t value : {entries, entries, size, offset}) out.little_endian(value);
  out.text(zip::kLocatorSignature);
  out.little_endian(std::uint32_t{0});
  out.little_endian(start);
  out.little_endian(std::uint32_t{1});
}

}  // namespace

Bytes zip_file(const std::vector<ZipEntry>& entries, const ZipFrame& frame) {
  Writer out;
  out.text(frame.prefix);
  const std::uint64_t base = frame.offsets_from_archive ? frame.prefix.size() : 0;
  std::vector<std::uint64_t> offsets;
  for (const ZipEntry& entry : entries) {
    offsets.push_back(out.size() - base);
    local(out, entry);
  }
  out.text(frame.before_directory);
  const std::uint64_t directory = out.size();
  for (std::size_t i = 0; i < entries.size(); ++i) central(out, entries[i], offsets[i]);
  const std::uint64_t size = out.size() - directory;
  if (frame.with_64) end_64(out, entries.size(), size, directory - base, base);
  out.text(zip::kEndSignature);
  out.zeros(4);
  const auto count = static_cast<std::uint16_t>(frame.with_64 ? 0xffff : entries.size());
  out.little_endian(count);
  out.little_endian(count);
  out.little_endian(frame.with_64 ? 0xffff'ffffU : static_cast<std::uint32_t>(size));
  out.little_endian(frame.with_64 ? 0xffff'ffffU : static_cast<std::uint32_t>(directory - base));
  out.little_endian(size16(frame.comment));
  out.text(frame.comment);
  out.text(frame.behind);
  return std::move(out).finish().to_bytes();
}

std::string extra_field(std::uint16_t id, const std::string& data) {
  Writer out;
  out.little_endian(id);
  out.little_endian(size16(data));
  out.text(data);
  return std::string(as_text(std::move(out).finish().to_bytes()));
}

std::string little_endian32(std::uint32_t value) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

std::vector<std::string> zip_names(ByteView archive) {
  std::vector<std::string> names;
  for (const zip::Entry& entry : zip::read_archive(archive).entries)
    names.emplace_back(entry.text_name());
  return names;
}

zip::Entry zip_entry(ByteView archive, std::string_view name) {
  for (zip::Entry& entry : zip::read_archive(archive).entries)
    if (entry.text_name() == name) return std::move(entry);
  FAIL("the archive has no " << std::string(name));
  return {};
}

}  // namespace normalize::test
