// ELF: System V ABI, chapter 4. Windows: normalizers/pe/layout.h. SquashFS: squashfs/image.h. Files
// may lie about all of it: what does not lie within the file is left out.

#include "normalizers/inside/parts.h"

#include <algorithm>

#include "normalizers/bytes/reader.h"
#include "normalizers/inside/collector.h"
#include "normalizers/pe/layout.h"
#include "normalizers/squashfs/image.h"

namespace normalize::inside {
namespace {

/// Fields of either width and byte order.
class ElfReader {
 public:
  ElfReader(ByteView bytes, bool wide, bool little) : in_(bytes), wide_(wide), little_(little) {}
  template <typename T>
  T field() {
    return little_ ? in_.little_endian<T>("field") : in_.big_endian<T>("field");
  }
  std::uint64_t word() { return wide_ ? field<std::uint64_t>() : field<std::uint32_t>(); }
  void skip(std::size_t count) { in_.take(count, "field"); }

 private:
  Reader in_;
  bool wide_, little_;
};

struct ElfSection {
  std::uint32_t name = 0, type = 0;
  std::uint64_t offset = 0, size = 0;
};

struct ElfHeader {
  bool wide, little;
  std::uint64_t table = 0;
  std::uint16_t entry_bytes = 0, count = 0, names = 0;
};

ElfHeader read_elf_header(ByteView file) {
  ElfHeader header{std::to_integer<int>(file[4]) == 2, std::to_integer<int>(file[5]) == 1};
  ElfReader in(file, header.wide, header.little);
  in.skip(16 + 2 + 2 + 4);   // e_ident, e_type, e_machine, e_version
  in.word(), in.word();      // e_entry, e_phoff
  header.table = in.word();  // e_shoff
  in.skip(4 + 2 + 2 + 2);    // e_flags, e_ehsize, e_phentsize, e_phnum
  header.entry_bytes = in.field<std::uint16_t>();
  header.count = in.field<std::uint16_t>();
  header.names = in.field<std::uint16_t>();
  return header;
}

ElfSection read_elf_section(ByteView entry, const ElfHeader& header) {
  ElfReader in(entry, header.wide, header.little);
  ElfSection section;
  section.name = in.field<std::uint32_t>();
  section.type = in.field<std::uint32_t>();
  in.word(), in.word();  // sh_flags, sh_addr
  section.offset = in.word();
  section.size = in.word();
  return section;
}

std::string text_at(ByteView names, std::uint32_t offset) {
  if (offset >= names.size()) return "(no name)";
  const ByteView rest = names.subspan(offset);
  return std::string(as_text(
      rest.first(static_cast<std::size_t>(std::ranges::find(rest, std::byte{0}) - rest.begin()))));
}

void add_elf(ByteView file, Collector& parts) {
  constexpr std::uint32_t kNoBits = 8;
  const ElfHeader header = read_elf_header(file);
  const std::uint64_t table_bytes = std::uint64_t{header.count} * header.entry_bytes;
  parts.add("ELF header", 0, header.wide ? 64 : 52);
  if (header.table > file.size() || table_bytes > file.size() - header.table) return;
  std::vector<ElfSection> sections;
  for (std::size_t i = 0; i < header.count; ++i)
    sections.push_back(read_elf_section(
        file.subspan(static_cast<std::size_t>(header.table) + i * header.entry_bytes,
                     header.entry_bytes),
        header));
  ByteView names;
  if (header.names < sections.size())
    if (const ElfSection& at = sections[header.names];
        at.offset <= file.size() && at.size <= file.size() - at.offset)
      names = file.subspan(static_cast<std::size_t>(at.offset), static_cast<std::size_t>(at.size));
  for (const ElfSection& section : sections)
    if (section.type != kNoBits)
      parts.add(text_at(names, section.name), section.offset, section.size);
  parts.add("section headers", header.table, table_bytes);
}

void add_pe(ByteView file, Collector& parts) {
  const pe::Layout layout = pe::read_layout(file);
  std::uint64_t first = file.size();
  for (const pe::Section& section : layout.sections)
    if (section.raw_size > 0) first = std::min<std::uint64_t>(first, section.raw_offset);
  parts.add("headers", 0, first);
  for (const pe::Section& section : layout.sections)
    parts.add(std::string(section.name), section.raw_offset, section.raw_size);
  if (layout.end < file.size()) parts.add("behind the image", layout.end, file.size() - layout.end);
}

/// The tables in the order in which mksquashfs writes them; each ends where the next begins.
void add_squashfs(ByteView file, Collector& parts) {
  const squashfs::Superblock super = squashfs::read_superblock(file);
  std::vector<std::pair<std::uint64_t, std::string>> places = {
      {0, "superblock"},
      {squashfs::kSuperBytes, "data of files"},
      {super.inode_table, "inodes"},
      {super.directory_table, "folders"},
      {super.fragment_table, "index of fragments"},
      {super.lookup_table, "index of exports"},
      {super.id_table, "index of owners"},
      {super.xattr_id_table, "index of attributes"},
      {super.bytes_used, "padding"}};
  std::erase_if(places, [&](const auto& place) { return place.first > file.size(); });
  std::ranges::stable_sort(places, {}, &std::pair<std::uint64_t, std::string>::first);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::uint64_t end = i + 1 < places.size() ? places[i + 1].first : file.size();
    parts.add(places[i].second, places[i].first, end - places[i].first);
  }
}

}  // namespace

std::vector<Part> parts_of(ByteView file) {
  Collector parts(file);
  try {
    if (file.size() >= 52 && starts_with(file,
                                         "\x7f"
                                         "ELF"))
      add_elf(file, parts);
    else if (starts_with(file, "MZ") ||
             pe::looks_like_object(file.first(std::min<std::size_t>(file.size(), 4096)),
                                   file.size()))
      add_pe(file, parts);
    else if (starts_with(file, "%PDF-"))
      add_pdf(file, parts);
    else if (starts_with(file, "hsqs") && file.size() >= squashfs::kSuperBytes)
      add_squashfs(file, parts);
  } catch (const FormatError&) {
    // What could be read of it is told apart.
  }
  return std::move(parts).finish();
}

}  // namespace normalize::inside
