#pragma once

#include <deque>
#include <string>
#include <vector>

#include "normalizers/tar/header.h"
#include "normalizers/tar/pax.h"

namespace normalize::tar {

/// A header with data that belongs to the member behind it: 'x' of pax, 'L' and 'K' of GNU.
struct Extension {
  char type;
  ByteView whole;  // header, data and padding
  ByteView header;
  ByteView data;

  ByteView padding() const { return whole.subspan(header.size() + data.size()); }
};

/// A member, or a global pax header ('g') at its place among them. Views of the input.
struct Entry {
  char type = '0';
  std::size_t offset = 0;  // where it begins in the input, extensions included
  ByteView header;
  std::vector<Extension> extensions;  // in the order they stand
  std::vector<Record> records;        // of 'x', or of this 'g'
  std::string_view name, linkname;    // as extensions and prefix have it
  std::int64_t mtime = 0;             // whole seconds, as an extracting tar would set it
  ByteView sparse_blocks;             // of GNU's old sparse format, between header and data
  ByteView data;
  ByteView padding;
  bool renamed = false;   // has another name than in the input,
  bool relinked = false;  // and another target

  bool is_link() const { return type == '1'; }
  bool is_folder() const;
  bool is_file() const { return (type == '0' || type == '\0' || type == '7') && !is_folder(); }
  /// Whether the data is the file's, byte for byte.
  bool is_plain_file() const { return is_file() && !has_sparse_map(records); }
};

struct Archive {
  std::vector<Entry> entries;
  /// From the first block of zeros to the end of the file: end mark and padding. Empty where the
  /// archive just stops, which readers accept.
  ByteView ending;
  /// Bytes and names that entries view although they are not in the input.
  std::deque<Bytes> own_bytes;
  /// Why the archive has to stay as it is; empty where it need not.
  std::string objection;
};

/// Takes the archive apart. Throws FormatError, and LimitError.
Archive read_archive(ByteView input, const Limits& limits = {});

}  // namespace normalize::tar
