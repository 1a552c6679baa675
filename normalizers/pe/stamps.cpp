// Where a PE or COFF file keeps the time: Microsoft PE Format, "COFF File Header", "The .edata
// Section", "The .rsrc Section", "The .debug Section", "Delay-Load Import Tables".

#include "normalizers/pe/stamps.h"

#include <set>

#include "normalizers/bytes/reader.h"

namespace normalize::pe {
namespace {

constexpr std::string_view kHint = "SOURCE_DATE_EPOCH for GNU ld; link /Brepro; lld -timestamp:";
constexpr Field kHeader{"TimeDateStamp", kHint};
constexpr Field kExportStamp{"export TimeDateStamp", kHint};
constexpr Field kResourceStamp{"resource TimeDateStamp", kHint};
constexpr Field kDebugStamp{"debug TimeDateStamp", kHint};
constexpr Field kDelayStamp{"delay import TimeDateStamp", kHint};

constexpr std::size_t kExportBytes = 40, kDebugBytes = 28, kDelayBytes = 32;
constexpr std::size_t kResourceDirectoryBytes = 16, kResourceEntryBytes = 8;
constexpr std::uint32_t kCodeView = 2, kRepro = 16;  // IMAGE_DEBUG_TYPE_*
/// MinorVersion of a CodeView entry for a portable PDB, where the stamp is part of the identifier.
constexpr std::uint16_t kPortablePdb = 0x504d;
constexpr std::uint32_t kIsDirectory = 0x8000'0000;

class Finder {
 public:
  Finder(ByteView file, const Layout& layout) : file_(file), layout_(layout) {}

  Stamps find() && {
    add(layout_.stamp_offset, kHeader);
    if (layout_.kind == Kind::image) {
      find_exports();
      find_debug();
      find_delay_imports();
    }
    find_resources();
    put_in_order();
    return std::move(stamps_);
  }

 private:
  void add(std::size_t offset, const Field& field) { stamps_.times.push_back({offset, &field}); }

  Reader at(std::size_t offset, std::uint64_t size, std::string_view what) const {
    Reader in(file_);
    in.take(offset, what);
    return in.region(size, what);
  }

  void find_exports() {
    const Directory& exports = layout_.directories[kExports];
    if (exports.address == 0 || exports.size == 0) return;
    add(layout_.offset_of(exports.address, kExportBytes, "export directory") + 4, kExportStamp);
  }

  void find_debug() {
    const Directory& debug = layout_.directories[kDebug];
    if (debug.address == 0 || debug.size < kDebugBytes) return;
    const std::uint64_t size = debug.size - debug.size % kDebugBytes;
    Reader in =
        at(layout_.offset_of(debug.address, size, "debug directory"), size, "debug directory");
    while (in.remaining() > 0) read_debug_entry(in.region(kDebugBytes, "debug directory entry"));
  }

  void read_debug_entry(Reader in) {
    in.take(4, "Characteristics");
    const std::size_t stamp = in.offset();
    in.take(6, "TimeDateStamp and MajorVersion");
    const auto minor = in.little_endian<std::uint16_t>("MinorVersion");
    const auto type = in.little_endian<std::uint32_t>("Type");
    const auto size = in.little_endian<std::uint32_t>("SizeOfData");
    in.take(4, "AddressOfRawData");
    const auto offset = in.little_endian<std::uint32_t>("PointerToRawData");
    if (type == kRepro) stamps_.are_hashes = true;
    const bool is_identifier = type == kCodeView && minor == kPortablePdb;
    if (!is_identifier) add(stamp, kDebugStamp);
    if (type == kCodeView && !is_identifier) read_code_view(at(offset, size, "CodeView record"));
  }

  void read_code_view(Reader in) {
    if (starts_with(in.rest(), "RSDS")) {
      in.take(4, "CodeView signature");
      const std::size_t id = in.offset();
      in.take(16, "CodeView identifier");
      add_debug_id(in, id);
    } else if (starts_with(in.rest(), "NB10")) {
      in.take(8, "CodeView signature and offset");
      const std::size_t id = in.offset();
      in.take(4, "CodeView identifier");
      add_debug_id(in, id);
    }
  }

  void add_debug_id(Reader& in, std::size_t offset) {
    const std::size_t age = in.offset();
    in.take(4, "CodeView age");
    stamps_.debug_ids.push_back({offset, age - offset, age});
  }

  /// Descriptors up to one of zeros. The stamp is that of the library an image was bound to.
  void find_delay_imports() {
    const Directory& imports = layout_.directories[kDelayImports];
    if (imports.address == 0 || imports.size < kDelayBytes) return;
    const std::uint64_t size = imports.size - imports.size % kDelayBytes;
    Reader in = at(layout_.offset_of(imports.address, size, "delay import directory"), size,
                   "delay import directory");
    while (in.remaining() > 0) {
      Reader descriptor = in.region(kDelayBytes, "delay import descriptor");
      descriptor.take(4, "Attributes");
      if (descriptor.little_endian<std::uint32_t>("Name") == 0) return;
      add(descriptor.offset() + 20, kDelayStamp);
    }
  }

  void find_resources() {
    const Directory& resources = layout_.directories[kResources];
    if (resources.address != 0 && resources.size != 0) {
      const std::size_t offset =
          layout_.offset_of(resources.address, resources.size, "resource directory");
      walk_resources(offset, resources.size);
    }
    if (layout_.kind != Kind::object) return;
    for (const Section& section : layout_.sections)
      if (section.raw_size > 0 &&
          (section.name == std::string_view(".rsrc\0\0\0", 8) || section.name == ".rsrc$01"))
        walk_resources(section.raw_offset, section.raw_size);
  }

  /// A tree of directories, which name each other by their offset within the section. Each is read
  /// once, and all of them together hold no more entries than fit into the section.
  void walk_resources(std::size_t start, std::uint32_t size) {
    std::set<std::uint32_t> seen{0};
    std::vector<std::uint32_t> to_read{0};
    std::uint64_t entries = 0;
    while (!to_read.empty()) {
      const std::uint32_t directory = to_read.back();
      to_read.pop_back();
      Reader in = at(start, size, "resource section");
      in.take(directory, "resource directory");
      add(in.offset() + 4, kResourceStamp);
      in.take(kResourceDirectoryBytes - 4, "resource directory");
      const unsigned named = in.little_endian<std::uint16_t>("NumberOfNamedEntries");
      const unsigned numbered = in.little_endian<std::uint16_t>("NumberOfIdEntries");
      entries += named + numbered;
      if (entries > size / kResourceEntryBytes) in.fail("resource directories overlap");
      for (unsigned i = 0; i < named + numbered; ++i) {
        in.take(4, "resource name");
        const auto child = in.little_endian<std::uint32_t>("resource offset");
        if ((child & kIsDirectory) != 0 && seen.insert(child & ~kIsDirectory).second)
          to_read.push_back(child & ~kIsDirectory);
      }
    }
  }

  void put_in_order() {
    std::ranges::sort(stamps_.times, {}, &Stamp::offset);
    for (std::size_t i = 1; i < stamps_.times.size(); ++i)
      if (stamps_.times[i].offset - stamps_.times[i - 1].offset < 4)
        throw FormatError(stamps_.times[i].offset, "two time stamps overlap");
  }

  ByteView file_;
  const Layout& layout_;
  Stamps stamps_;
};

}  // namespace

Stamps find_stamps(ByteView file, const Layout& layout) { return Finder(file, layout).find(); }

}  // namespace normalize::pe
