#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"

namespace normalize::pyc {

/// How a code object is laid out in a marshal stream: numbers, then objects with co_firstlineno, a
/// number again, somewhere among them. The numbers are never looked at, so only their length
/// counts.
struct CodeLayout {
  std::uint8_t numbers_bytes;  // co_argcount to co_flags
  std::uint8_t children;       // from co_code on, co_firstlineno included; co_consts is the second
  std::int8_t filename;        // which of them co_filename is
  std::int8_t qualname;        // co_qualname; -1 where there is none
  std::int8_t line;            // co_firstlineno; -1 where there is none
  std::uint8_t line_bytes = 4;
  char type_code = 'c';
};

inline constexpr std::size_t kConsts = 1;

/// Where 2.1 to 3.10 have these among the children of a code object.
inline constexpr std::size_t kCoCode = 0, kCoFreevars = 4, kCoCellvars = 5;

/// What sets the instructions of one version apart from another's, as far as closures and jumps go.
struct Opcodes {
  std::uint8_t extended_arg;
  std::uint8_t last_deref;   // of those from LOAD_CLOSURE on that take a cell or free variable
  bool has_setup_with;       // otherwise its number is EXTENDED_ARG's
  bool conditions_relative;  // JUMP_IF_FALSE and JUMP_IF_TRUE of 2.6; later ones are absolute
  bool names_closures;       // MAKE_CLOSURE takes a qualified name from behind the code object
};

/// One version of CPython, as far as its .pyc files go.
struct Version {
  std::uint8_t major, minor;
  std::uint8_t
      header_bytes;      // 8: magic, mtime. 12: and size. 16: magic, flags, mtime, size or hash
  std::uint8_t marshal;  // the marshal version that import writes
  const CodeLayout* layout;
  const Opcodes* opcodes = nullptr;  // where patch levels put cells in a dict's order; else null

  bool at_least(unsigned wanted_major, unsigned wanted_minor) const {
    return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
  }
  bool has_references() const { return marshal >= 3; }
  bool has_size() const { return header_bytes >= 12; }
  bool has_flags() const { return header_bytes == 16; }
};

/// The version whose magic number the file begins with. Unset for any but CPython's, and for alphas
/// whose layout moved.
std::optional<Version> version_of(ByteView head);

/// Whether bytes 2 and 3 are what every Python since 1.3 ends its magic number with.
bool has_magic_shape(ByteView head);

/// The implementation that writes this magic number, where it is known and not CPython: "PyPy".
/// Empty otherwise.
std::string_view foreign_implementation(ByteView head);

/// The first two bytes: what is called the magic number.
std::uint16_t magic_number(ByteView head);

/// "3.11" for "cpython-311", the tag in `__pycache__/m.cpython-311.pyc`; unset where the name has
/// no CPython tag.
std::optional<std::string> version_in_tag(std::string_view name);

}  // namespace normalize::pyc
