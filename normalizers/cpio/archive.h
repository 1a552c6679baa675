#pragma once

#include <string>
#include <vector>

#include "normalizers/cpio/header.h"
#include "rules/rules.h"

namespace normalize::cpio {

/// One member: header, name and data, as they stand in the input.
struct Entry {
  Header header;
  ByteView raw_header;
  ByteView name_field;    // with its NUL
  std::string_view name;  // without
  ByteView data;
  std::size_t group = 0;  // of hard links: equal for names of one file; 0 where there is no other

  /// Or without a type, which nobody unpacks and libarchive reads as a file.
  bool is_file() const { return type() == kRegular || type() == 0; }
  bool is_folder() const { return type() == kFolder; }
  std::uint32_t type() const { return header.mode & kTypeMask; }
};

/// A run of members up to its trailer.
struct Archive {
  std::vector<Entry> entries;
  Entry trailer;
  bool lower_case = false;  // how hexadecimal digits are written
};

/// Reads the archive at the cursor, its trailer included, and what pads that to four or two bytes.
/// Finds the hard links: linear in the members.
Archive read_archive(Reader& in, const Limits& limits = {});

/// Sorts the members by name as bytes, which puts folders before what is in them; of several with
/// one name the latest stays last. The data of hard links, which newc and crc write once, moves to
/// the last of them, where readers expect it. Returns why the members have to keep their order,
/// and then they do; empty otherwise.
/// With noise, they come in the order of a walk instead.
std::string sort_members(Archive& archive, const std::optional<Noise>& noise = {});

}  // namespace normalize::cpio
