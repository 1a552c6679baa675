#pragma once

#include <optional>
#include <string>
#include <vector>

#include "normalizers/bytes/reader.h"
#include "normalizers/rpm/tags.h"

/// The header structure of rpm packages (rpm's docs/manual/format_header.md): an index of tags, and
/// a store that their data lies in.
namespace normalize::rpm {

enum class Type : std::uint32_t {
  character = 1,
  int8 = 2,
  int16 = 3,
  int32 = 4,
  int64 = 5,
  string = 6,
  binary = 7,
  string_array = 8,
  i18n_string = 9,
};

/// One tag with its data, which stands in the store as it does here.
struct Entry {
  std::uint32_t tag = 0;
  Type type = Type::binary;
  std::uint32_t count = 0;
  std::uint32_t place = 0;  // offset in the store as it was read, by which data keeps its order
  Bytes data;
};

class Header {
 public:
  /// Reads the header at the cursor. `region_tag` names the region that digests cover, where the
  /// first entry is one. Throws FormatError.
  static Header read(Reader& in, std::uint32_t region_tag);

  /// Whether write() gives the bytes that were read: data lies without gaps, in an order that
  /// offsets tell, and no tag stands twice. Others are not to be rewritten.
  bool laid_out() const { return laid_out_; }

  const std::vector<Entry>& entries() const { return entries_; }
  const Entry* find(std::uint32_t tag) const;
  bool has(std::uint32_t tag) const { return find(tag) != nullptr; }
  /// Whether it has a region, as all packages since rpm 4.0 have.
  bool has_region() const { return region_entries_ != 0; }

  /// The values of a tag: none where it is not there. Throw FormatError where it has another type.
  std::vector<std::uint64_t> numbers(std::uint32_t tag) const;
  std::vector<std::string> strings(std::uint32_t tag) const;
  /// The only value of a tag; unset where it is not there. Throw FormatError where it has several.
  std::optional<std::uint64_t> number(std::uint32_t tag) const;
  std::optional<std::string> string(std::uint32_t tag) const;

  /// Give other values to a tag that is there, which keeps its type. Throw LimitError where a
  /// number is more than that can hold.
  void set_numbers(std::uint32_t tag, const std::vector<std::uint64_t>& values);
  void set_strings(std::uint32_t tag, const std::vector<std::string>& values);
  void set_data(std::uint32_t tag, Bytes data);
  void remove(std::uint32_t tag);

  /// The whole header as it stands in the file, its magic included.
  Bytes write() const;
  /// What digests and signatures of the header cover: the region, as a header of its own. All of it
  /// where there is no region.
  Bytes region() const;

 private:
  void read_entries(Reader& index, ByteView store, std::size_t base);
  void read_region(std::size_t base);
  Entry& get(std::uint32_t tag);
  Bytes trailer() const;

  std::vector<Entry> entries_;  // in the order of the index, the region's own first
  std::uint32_t trailer_tag_ = 0;
  bool laid_out_ = true;
  std::size_t region_entries_ = 0;  // how many of them the region covers, its own included
};

}  // namespace normalize::rpm
