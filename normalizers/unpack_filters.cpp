#include "normalizers/unpack_filters.h"

#include <archive.h>

#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "normalizers/error.h"

namespace normalize {
namespace {

struct FreeReader {
  void operator()(archive* a) const noexcept { archive_read_free(a); }
};

/// What comes out has no structure of its own here.
std::unique_ptr<archive, FreeReader> raw_reader() {
  std::unique_ptr<archive, FreeReader> reader(archive_read_new());
  if (!reader) throw std::bad_alloc();
  archive* const a = reader.get();
  archive_read_support_filter_gzip(a);
  archive_read_support_filter_bzip2(a);
  archive_read_support_filter_xz(a);
  archive_read_support_filter_lzma(a);
  archive_read_support_filter_zstd(a);
  archive_read_support_filter_lz4(a);
  archive_read_support_filter_compress(a);
  archive_read_support_format_raw(a);
  archive_read_support_format_empty(a);
  return reader;
}

void check(archive* a, la_ssize_t status) {
  if (status >= ARCHIVE_OK) return;
  const char* const text = archive_error_string(a);
  throw std::runtime_error(std::string("cannot unpack: ") + (text ? text : "damaged"));
}

}  // namespace

Buffer unpack_filters(ByteView file, std::uint64_t most) {
  const auto reader = raw_reader();
  archive* const a = reader.get();
  // Makes room for what the next call would set without looking whether there is any.
  if (archive_read_set_callback_data(a, nullptr) != ARCHIVE_OK) throw std::bad_alloc();
  check(a, archive_read_open_memory(a, file.data(), file.size()));
  Buffer unpacked;
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(a, &entry);
  if (status == ARCHIVE_EOF) return unpacked;
  check(a, status);
  std::array<std::byte, 65536> room;
  for (;;) {
    const la_ssize_t count = archive_read_data(a, room.data(), room.size());
    check(a, count);
    if (count == 0) return unpacked;
    unpacked.append(ByteView(room).first(static_cast<std::size_t>(count)));
    passed_over(static_cast<std::size_t>(count));
    if (unpacked.size() > most) throw LimitError("unpacks to more than the limit allows");
  }
}

}  // namespace normalize
