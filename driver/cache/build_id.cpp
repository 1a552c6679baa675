#include "driver/cache/build_id.h"

#if __has_include(<link.h>)
#include <link.h>

#include <cstring>
#include <string_view>
#endif

namespace normalize {

#if __has_include(<link.h>) && defined(NT_GNU_BUILD_ID)
namespace {

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

/// The note of our kind in a segment of notes, if it is there.
std::string find_note(std::string_view notes) {
  ElfW(Nhdr) header;
  while (notes.size() >= sizeof header) {
    std::memcpy(&header, notes.data(), sizeof header);
    notes.remove_prefix(sizeof header);
    const std::size_t name = padded(header.n_namesz), text = padded(header.n_descsz);
    if (name > notes.size() || text > notes.size() - name) break;
    if (header.n_type == NT_GNU_BUILD_ID && notes.starts_with(std::string_view("GNU\0", 4)))
      return std::string(notes.substr(name, header.n_descsz));
    notes.remove_prefix(name + text);
  }
  return "";
}

/// dl_iterate_phdr(3) shows the program itself before what it has loaded.
int look_at_program(dl_phdr_info* info, std::size_t, void* found) {
  for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as numbers
    const auto* const notes = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
    auto& id = *static_cast<std::string*>(found);
    if (id = find_note({notes, segment.p_memsz}); !id.empty()) break;
  }
  return 1;
}

}  // namespace

std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(look_at_program, &id);
  return id;
}
#else
std::string build_id() { return ""; }
#endif

}  // namespace normalize
