#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace normalize {

/// `name` in quotes, for messages.
inline std::string quoted(std::string_view name) { return std::string("\"").append(name) + '"'; }

/// The bytes are not what the format's specification allows. what() names the field and says what
/// was expected and found; `offset` counts bytes from the start of the file or member.
class FormatError : public std::runtime_error {
 public:
  FormatError(std::uint64_t offset, const std::string& problem)
      : std::runtime_error(problem), offset_(offset) {}
  std::uint64_t offset() const { return offset_; }

 private:
  std::uint64_t offset_;
};

/// The bytes ask for more than Limits allow: too deep, too large once unpacked.
class LimitError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A compression library does not do what our recipes rely on; what() names it and its version.
class CodecError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace normalize
