#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/context.h"

namespace normalize::zip {

/// RECORD of a wheel: a CSV file of every member's path, digest and size. Digests follow what
/// normalizing changes, and rows are sorted: the order is that in which a folder was read.
class WheelRecord {
 public:
  /// Reads RECORD, called `dist_info` + "RECORD". `text` outlives this. Throws FormatError, with
  /// offsets in RECORD, where it is malformed.
  WheelRecord(std::string_view dist_info, std::string_view text);

  /// Brings the row of a member up to date. Throws FormatError where the row does not tell the
  /// truth about what the member held before.
  void update(std::string_view member, ByteView before, const Content& after);

  /// RECORD as it is now. Records what changed, as findings about `entry`.
  Bytes finish(Context& context, std::string_view entry);

 private:
  struct Row {
    std::string path;          // unquoted
    std::string quoted_path;   // as it stands
    std::string digest, size;  // "sha256=...", "123"; both empty for RECORD itself
    std::string_view end;      // of the line
    std::string old_text;
    std::string text() const { return quoted_path + "," + digest + "," + size; }
  };

  static void update(Row& row, ByteView before, const Content& after);
  Row parse_row(std::string_view line) const;
  void sort();

  std::string_view text_;
  std::string dist_info_;
  std::vector<Row> rows_;
  std::multimap<std::string, std::size_t, std::less<>> by_path_;
  bool has_duplicates_ = false;
};

}  // namespace normalize::zip
