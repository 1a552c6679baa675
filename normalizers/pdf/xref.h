#pragma once

#include <array>

#include "normalizers/pdf/edits.h"
#include "normalizers/pdf/stream.h"

namespace normalize::pdf {

/// What a cross-reference says of one object (sections 7.5.4 and 7.5.8.3).
struct Entry {
  enum class Kind { free, in_file, in_stream } kind = Kind::free;
  std::uint64_t place = 0;  // an offset, or the number of an object stream
  std::uint64_t index = 0;  // in the object stream
};

/// One cross-reference section: a table with its trailer, or a cross-reference stream, whose
/// dictionary is the trailer.
class Section {
 public:
  /// Reads the section that stands at `offset`, and what follows it. Throws FormatError.
  Section(ByteView file, std::size_t offset, Work& work, Context& context);

  bool is_stream() const { return payload_.has_value(); }
  /// From "xref" to the end of the trailer, or the whole stream object.
  Span span() const { return span_; }
  const Dictionary& trailer() const { return stream_.dictionary; }
  const Stream& stream() const { return stream_; }
  /// The number behind "startxref", where that follows.
  const std::optional<Value>& startxref() const { return startxref_; }
  /// Where the keyword "trailer" begins; for tables.
  std::size_t trailer_offset() const { return trailer_offset_; }

  /// Unset where the section says nothing of object `number`.
  std::optional<Entry> find(std::uint64_t number, Work& work) const;

  /// Mends the offsets of a table.
  void move_table(const OffsetMap& map, Edits& edits) const;
  /// The data of a cross-reference stream with its offsets mended. Unset where one no longer fits
  /// its field.
  std::optional<Bytes> moved_stream(const OffsetMap& map) const;

 private:
  struct Subsection {
    std::uint64_t first, count;
    std::size_t position;  // of its first row: in the file, or in the payload
  };

  void read_table(Lexer& in);
  void check_rows(const Subsection& part) const;
  void read_stream(Lexer& in, std::size_t offset, Context& context);
  void read_widths(Work& work);
  void read_index(Work& work);
  void read_startxref(Lexer& in);
  std::size_t row(const Subsection& part, std::uint64_t index) const;
  std::size_t row_bytes() const;
  Entry table_entry(const Subsection& part, std::uint64_t index) const;
  Entry stream_entry(std::size_t at) const;
  std::uint64_t field(std::size_t at, std::size_t which) const;
  bool store_place(Bytes& rows, std::size_t at, std::uint64_t place) const;

  ByteView file_;
  Span span_;
  Stream stream_;  // of a table, only the dictionary
  std::optional<Payload> payload_;
  std::array<std::size_t, 3> widths_{};
  std::size_t used_bytes_ = 0;  // of the payload
  std::vector<Subsection> subsections_;
  std::optional<Value> startxref_;
  std::size_t trailer_offset_ = 0;
};

}  // namespace normalize::pdf
