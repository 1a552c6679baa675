#pragma once

#include <optional>

#include "normalizers/pdf/object.h"

namespace normalize::pdf {

/// A string (section 7.3.4), and where each of its bytes stands in the token that writes it.
class StringToken {
 public:
  /// `token` is a whole string token, literal or hexadecimal; it outlives this.
  explicit StringToken(ByteView token);

  ByteView bytes() const { return bytes_; }

  /// The token with `bytes`, as many as it holds, in as many characters: each written as it was.
  /// Unset where that cannot be done.
  std::optional<Bytes> with(ByteView bytes) const;

 private:
  struct Place {
    std::uint32_t offset, size;  // in the token: 1 as it is, 2 hexadecimal or escaped, 4 octal
  };

  void read_literal();
  void read_escape(std::size_t& at);
  void read_hexadecimal();
  void add(char byte, std::size_t offset, std::size_t size);
  bool write(Bytes& token, Place place, std::byte byte) const;

  std::string_view token_;
  bool capitals_ = false;  // whether its hexadecimal digits are written so
  Bytes bytes_;
  std::vector<Place> places_;
};

/// The longest token that is worth a look: no date or identifier is longer.
inline constexpr std::size_t kLongestString = 1024;

/// A text string (section 7.9.2) of ASCII characters, as it is or in UTF-16BE: what it says.
/// Unset where it says something else.
std::optional<std::string> ascii_text(ByteView string);

/// `text` in place of the one that `string` says, in the same encoding.
Bytes with_ascii_text(ByteView string, std::string_view text);

}  // namespace normalize::pdf
