#pragma once

#include <optional>

#include "normalizers/context.h"
#include "normalizers/pdf/object.h"

namespace normalize::pdf {

/// A stream object (section 7.3.8) of a file.
struct Stream {
  Dictionary dictionary;
  Span data;
  std::size_t end = 0;  // behind "endstream"
  Value length;         // the number that tells the size of `data`, wherever in the file
};

/// "12 0 obj": the number of the object that begins here. Throws FormatError where none does.
std::uint64_t read_object_head(Lexer& in);

/// What is left of a stream behind `dictionary`, whose /Length is `length`; stands behind
/// "endstream" then. Throws FormatError where the length is not that of the data.
Stream read_stream(Lexer& in, Dictionary dictionary, std::uint64_t length);

/// What a stream unpacks to. Unset where its filters are others than FlateDecode alone.
class Payload {
 public:
  /// Throws FormatError where the data is damaged, LimitError where it unpacks to too much.
  static std::optional<Payload> unpack(ByteView file, const Stream& stream, Work& work,
                                       Context& context);

  /// As the stream's reader sees it.
  const Bytes& bytes() const { return bytes_; }
  bool packed() const { return packed_; }
  /// The stream's data as it stands.
  Bytes data() const { return {data_.begin(), data_.end()}; }
  /// The stream's data for other `bytes`, packed as it was; may be of another size.
  Bytes pack(const Bytes& bytes) const;

 private:
  Bytes predicted(const Bytes& bytes) const;
  void unpredict(std::size_t offset);

  ByteView data_;      // of the stream
  ByteView deflated_;  // of that
  Bytes bytes_;
  Bytes raw_;  // before the predictor is undone; empty without one
  bool packed_ = false;
  std::size_t columns_ = 0;  // bytes in a row of a PNG predictor; 0 without one
};

}  // namespace normalize::pdf
