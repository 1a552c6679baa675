#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "normalizers/bytes/bytes.h"
#include "normalizers/findings.h"
#include "rules/rules.h"

/// ar(5) taken apart, in all dialects.
namespace normalize::ar {

inline constexpr std::string_view kMagic = "!<arch>\n", kThinMagic = "!<thin>\n";
inline constexpr std::size_t kHeaderBytes = 60;

/// A numeric field of the header: text, left-justified, padded with spaces.
struct Column {
  Field field;
  std::size_t offset, length;
  int base;
};
inline constexpr Column kDate{{"ar_date", "ar D, ranlib -D"}, 16, 12, 10};
inline constexpr Column kUid{{"ar_uid", "ar D"}, 28, 6, 10};
inline constexpr Column kGid{{"ar_gid", "ar D"}, 34, 6, 10};
inline constexpr Column kMode{{"ar_mode", "ar D"}, 40, 8, 8};
inline constexpr Column kSize{{"ar_size", ""}, 48, 10, 10};

struct Member {
  ByteView header;
  std::string_view name;      // "/", "//" and the like for tables
  bool table = false;         // of symbols or of names
  bool symbol_table = false;  // with offsets of members
  ByteView bsd_name;          // stands in front of the data and counts towards ar_size
  ByteView data;
  ByteView padding;  // to an even offset; missing behind some last members
};

/// The text in a column, spaces included.
std::string_view text_of(const Column& column, ByteView header);
std::string_view without_trailing(std::string_view text, char c);
/// Unset where the field is blank or holds anything but one number.
std::optional<std::int64_t> number(const Column& column, ByteView header);

/// The members of an archive, views of `input`. Throws FormatError.
std::vector<Member> read_members(ByteView input, const Limits& limits = {});

}  // namespace normalize::ar
