#pragma once

#include <map>

#include "normalizers/bytes/content.h"
#include "normalizers/pdf/lexer.h"

namespace normalize::pdf {

/// Where the bytes of a file stand once some of them have been replaced by fewer or more.
class OffsetMap {
 public:
  /// The new place of what stands at `offset`; one behind the end of the file stays. Throws
  /// FormatError for one inside of what is replaced.
  std::uint64_t operator()(std::uint64_t offset) const;

 private:
  friend class Edits;
  struct Step {
    std::size_t begin, end;
    std::uint64_t shift;  // of all behind `end`; negative ones wrap
  };
  std::vector<Step> steps_;
  std::size_t file_bytes_ = 0;
};

/// Replacements in a file, apart from each other.
class Edits {
 public:
  void replace(Span span, Bytes with) { edits_[span.offset] = {span, std::move(with)}; }
  void replace(Span span, std::string_view with);

  bool empty() const { return edits_.empty(); }
  /// Whether some replacement is of another size.
  bool moves() const;
  /// Throws FormatError where replacements overlap, as those of a hostile file can.
  OffsetMap offset_map(ByteView file) const;
  /// Views `file`. Throws as offset_map() does.
  Content apply(ByteView file) const;

  friend bool operator==(const Edits&, const Edits&) = default;

 private:
  struct Edit {
    Span span;
    Bytes with;
    friend bool operator==(const Edit&, const Edit&) = default;
  };
  void check_apart() const;

  std::map<std::size_t, Edit> edits_;
};

}  // namespace normalize::pdf
