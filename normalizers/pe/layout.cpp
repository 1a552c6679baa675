// Microsoft PE Format: "MS-DOS Stub", "COFF File Header", "Optional Header", "Section Table".

#include "normalizers/pe/layout.h"

#include <array>

#include "normalizers/bytes/reader.h"

namespace normalize::pe {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kFileHeaderBytes = 20, kSectionBytes = 40, kSymbolBytes = 18;
constexpr std::size_t kBigSymbolBytes = 20, kBigHeaderBytes = 56;
constexpr std::uint16_t kPe32 = 0x10b, kPe32Plus = 0x20b;
constexpr std::uint16_t kExecutableImage = 0x0002;  // Characteristics
/// Machine 0 with section count 0xffff: no COFF file header, but an import or /bigobj object.
constexpr std::string_view kAnonymous = "\0\0\xff\xff"sv;
/// ANON_OBJECT_HEADER_BIGOBJ.ClassID, {D1BAA1C7-BAEE-4BA9-AF20-FAF66AA4DCB8}.
constexpr std::string_view kBigObjClass =
    "\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8"sv;

struct FileHeader {
  std::uint16_t machine, section_count;
  std::size_t stamp_offset;
  std::uint32_t symbols_offset, symbol_count;
  std::uint16_t optional_header_size, characteristics;
};

FileHeader read_file_header(Reader& in) {
  FileHeader header{};
  header.machine = in.little_endian<std::uint16_t>("Machine");
  header.section_count = in.little_endian<std::uint16_t>("NumberOfSections");
  header.stamp_offset = in.offset();
  in.take(4, "TimeDateStamp");
  header.symbols_offset = in.little_endian<std::uint32_t>("PointerToSymbolTable");
  header.symbol_count = in.little_endian<std::uint32_t>("NumberOfSymbols");
  header.optional_header_size = in.little_endian<std::uint16_t>("SizeOfOptionalHeader");
  header.characteristics = in.little_endian<std::uint16_t>("Characteristics");
  return header;
}

Section read_section(Reader& in) {
  Section section;
  section.name = as_text(in.take(8, "section name"));
  section.virtual_size = in.little_endian<std::uint32_t>("VirtualSize");
  section.address = in.little_endian<std::uint32_t>("VirtualAddress");
  section.raw_size = in.little_endian<std::uint32_t>("SizeOfRawData");
  section.raw_offset = in.little_endian<std::uint32_t>("PointerToRawData");
  in.take(16, "section header");
  if (section.raw_offset == 0) section.raw_size = 0;  // memory that starts as zeros
  return section;
}

void read_sections(Reader& in, std::uint64_t count, ByteView file, Layout& layout) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const Section section = read_section(in);
    Reader data(file);
    data.take(section.raw_offset, "section data");
    data.take(section.raw_size, "section data");
    layout.sections.push_back(section);
    layout.end =
        std::max<std::uint64_t>(layout.end, std::uint64_t{section.raw_offset} + section.raw_size);
  }
}

/// The symbol table, and the string table behind it, whose first four bytes are its length.
void pass_symbols(std::uint32_t offset, std::uint64_t bytes, ByteView file, Layout& layout) {
  if (offset == 0) return;
  Reader in(file);
  in.take(offset, "symbol table");
  in.take(bytes, "symbol table");
  if (in.remaining() >= 4) {
    const auto size = in.little_endian<std::uint32_t>("string table size");
    if (size > 4) in.take(size - 4, "string table");
  }
  layout.end = std::max<std::uint64_t>(layout.end, in.offset());
}

void read_optional_header(Reader in, Layout& layout) {
  const auto magic = in.little_endian<std::uint16_t>("optional header magic");
  if (magic != kPe32 && magic != kPe32Plus) in.fail("optional header is neither PE32 nor PE32+");
  in.take(62, "optional header");
  layout.checksum_offset = in.offset();
  in.take(magic == kPe32 ? 28 : 44, "optional header");  // CheckSum to LoaderFlags
  const auto count = in.little_endian<std::uint32_t>("NumberOfRvaAndSizes");
  for (std::size_t i = 0; i < std::min<std::size_t>(count, kDirectories); ++i) {
    layout.directories[i].address = in.little_endian<std::uint32_t>("data directory");
    layout.directories[i].size = in.little_endian<std::uint32_t>("data directory");
  }
}

Layout read_image(ByteView file) {
  Reader in(file);
  in.take(0x3c, "MS-DOS header");
  const auto pe_offset = in.little_endian<std::uint32_t>("e_lfanew");
  in = Reader(file);
  in.take(pe_offset, "PE header");
  in.expect(as_bytes("PE\0\0"sv), "PE signature");
  Layout layout;
  const FileHeader header = read_file_header(in);
  layout.stamp_offset = header.stamp_offset;
  read_optional_header(in.region(header.optional_header_size, "optional header"), layout);
  read_sections(in, header.section_count, file, layout);
  layout.end = std::max<std::uint64_t>(layout.end, in.offset());
  pass_symbols(header.symbols_offset, std::uint64_t{header.symbol_count} * kSymbolBytes, file,
               layout);
  return layout;
}

Layout read_object(ByteView file) {
  Reader in(file);
  Layout layout;
  layout.kind = Kind::object;
  const FileHeader header = read_file_header(in);
  layout.stamp_offset = header.stamp_offset;
  in.take(header.optional_header_size, "optional header");
  read_sections(in, header.section_count, file, layout);
  pass_symbols(header.symbols_offset, std::uint64_t{header.symbol_count} * kSymbolBytes, file,
               layout);
  return layout;
}

/// "Import Library Format" of the specification, and ANON_OBJECT_HEADER_BIGOBJ of winnt.h: both put
/// the stamp behind a version and the machine.
Layout read_anonymous(ByteView file) {
  Reader in(file);
  in.take(4, "signature");
  Layout layout;
  layout.kind = Kind::import_object;
  const auto version = in.little_endian<std::uint16_t>("version");
  in.take(2, "Machine");
  layout.stamp_offset = in.offset();
  in.take(4, "TimeDateStamp");
  if (version < 2) return layout;
  layout.kind = Kind::object;
  in.take(32, "ClassID, sizes and flags");
  const auto sections = in.little_endian<std::uint32_t>("NumberOfSections");
  const auto symbols = in.little_endian<std::uint32_t>("PointerToSymbolTable");
  const auto symbol_count = in.little_endian<std::uint32_t>("NumberOfSymbols");
  read_sections(in, sections, file, layout);
  pass_symbols(symbols, std::uint64_t{symbol_count} * kBigSymbolBytes, file, layout);
  return layout;
}

bool looks_like_anonymous(ByteView head, std::uint64_t size) {
  Reader in(head);
  in.take(4, "signature");
  const auto version = in.little_endian<std::uint16_t>("version");
  if (!is_machine(in.little_endian<std::uint16_t>("Machine"))) return false;
  in.take(4, "TimeDateStamp");
  if (version == 2)
    return size >= kBigHeaderBytes && in.remaining() >= kBigObjClass.size() &&
           starts_with(in.rest(), kBigObjClass);
  return version == 0 &&
         in.little_endian<std::uint32_t>("SizeOfData") + std::uint64_t{kFileHeaderBytes} == size;
}

/// Section names are printable, and their data is within the file.
bool is_plausible(const Section& section, std::uint64_t size) {
  const auto is_printable = [](char c) { return c == '\0' || (c >= ' ' && c <= '~'); };
  return section.name[0] != '\0' && std::ranges::all_of(section.name, is_printable) &&
         std::uint64_t{section.raw_offset} + section.raw_size <= size;
}

}  // namespace

bool is_machine(std::uint16_t machine) {
  constexpr std::array<std::uint16_t, 14> kMachines{
      0x014c, 0x0166, 0x01a2, 0x01c0, 0x01c2, 0x01c4, 0x01f0,  // i386, MIPS, SH, ARM, PowerPC
      0x0200, 0x0ebc, 0x5032, 0x5064, 0x6264, 0x8664, 0xaa64,  // Itanium, EBC, RISC-V, ..., ARM64
  };
  return std::ranges::find(kMachines, machine) != kMachines.end();
}

std::size_t Layout::offset_of(std::uint32_t address, std::uint64_t size,
                              std::string_view what) const {
  for (const Section& section : sections) {
    const std::uint64_t into = std::uint64_t{address} - section.address;  // wraps where in front
    if (address >= section.address && into + size <= section.raw_size)
      return section.raw_offset + static_cast<std::size_t>(into);
  }
  throw FormatError(0, std::string(what) + " stands in no section");
}

Layout read_layout(ByteView file) {
  if (starts_with(file, "MZ")) return read_image(file);
  return starts_with(file, kAnonymous) ? read_anonymous(file) : read_object(file);
}

bool looks_like_object(ByteView head, std::uint64_t size) {
  if (head.size() < kFileHeaderBytes) return false;
  if (starts_with(head, kAnonymous)) return looks_like_anonymous(head, size);
  Reader in(head);
  if (!is_machine(in.little_endian<std::uint16_t>("Machine"))) return false;
  in = Reader(head);
  const FileHeader header = read_file_header(in);
  const std::uint64_t symbols_end =
      header.symbols_offset + std::uint64_t{header.symbol_count} * kSymbolBytes;
  if (header.section_count == 0 || header.optional_header_size != 0 ||
      (header.characteristics & kExecutableImage) != 0 || symbols_end > size ||
      kFileHeaderBytes + std::uint64_t{header.section_count} * kSectionBytes > size)
    return false;
  for (unsigned i = 0; i < header.section_count && in.remaining() >= kSectionBytes; ++i)
    if (!is_plausible(read_section(in), size)) return false;
  return true;
}

}  // namespace normalize::pe
