#include "normalizers/pyc/object_text.h"

#include <bit>
#include <cstdio>

#include "normalizers/bytes/reader.h"

namespace normalize::pyc {
namespace {

constexpr std::size_t kBytesShown = 60;

std::string quoted(ByteView bytes) {
  std::string out = "\"";
  for (const std::byte b : bytes.first(std::min(bytes.size(), kBytesShown))) {
    const auto c = static_cast<char>(b);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", std::to_integer<unsigned>(b));
      out += escaped;
    }
  }
  return out + (bytes.size() > kBytesShown ? "\"..." : "\"");
}

template <typename Unsigned>
Unsigned little_endian(ByteView bytes) {
  return Reader(bytes).little_endian<Unsigned>("number");
}

std::string real_text(ByteView bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g",
                std::bit_cast<double>(little_endian<std::uint64_t>(bytes)));
  return text;
}

/// A count of 15-bit digits, negative for a negative number, then the digits, the lowest first.
std::string long_text(ByteView payload) {
  Reader in(payload);
  const auto count = static_cast<std::int32_t>(in.little_endian<std::uint32_t>("count"));
  const std::size_t digits = in.remaining() / 2;
  if (digits > 4) return std::to_string(digits) + " digits of 15 bits";
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < digits; ++i)
    value |= std::uint64_t{in.little_endian<std::uint16_t>("digit")} << (15 * i);
  return (count < 0 ? "-" : "") + std::to_string(value);
}

/// A code object's numbers, named from their end, which all versions share: 16 bits each in those
/// before 2.3, where co_firstlineno has 16 bits too, or is not there.
std::string code_text(ByteView numbers, const CodeLayout& layout) {
  const std::size_t width = layout.line_bytes == 4 ? 4 : 2;
  std::string out = "code";
  Reader in(numbers);
  for (std::size_t left = numbers.size() / width; left > 0; --left) {
    const std::uint32_t value = width == 4 ? in.little_endian<std::uint32_t>("number")
                                           : in.little_endian<std::uint16_t>("number");
    char text[24];
    std::snprintf(text, sizeof text, left == 1 ? " flags 0x%x" : " %u", value);
    out += text;
  }
  return out;
}

std::string counted(std::string_view kind, std::uint32_t count) {
  return std::string(kind) + "[" + std::to_string(count) + "]";
}

std::string string_text(std::string_view kind, const Node& node) {
  return (node.interned ? "interned " : "") + std::string(kind) + " " + quoted(node.bytes());
}

}  // namespace

std::string object_text(const Node& node, const Version& version) {
  const ByteView payload = node.bytes();
  switch (node.kind) {
    case Kind::null:
      return "NULL";
    case Kind::none:
      return "None";
    case Kind::false_:
      return "False";
    case Kind::true_:
      return "True";
    case Kind::stop_iteration:
      return "StopIteration";
    case Kind::ellipsis:
      return "Ellipsis";
    case Kind::int32:
      return "int " +
             std::to_string(static_cast<std::int32_t>(little_endian<std::uint32_t>(payload)));
    case Kind::int64:
      return "int64 " +
             std::to_string(static_cast<std::int64_t>(little_endian<std::uint64_t>(payload)));
    case Kind::long_:
      return "long " + long_text(payload);
    case Kind::text_float:
      return "float " + quoted(payload.subspan(1));
    case Kind::text_complex:
      return "complex " + quoted(payload.subspan(1));
    case Kind::float_:
      return "float " + real_text(payload);
    case Kind::complex:
      return "complex " + real_text(payload.first(8)) + " " + real_text(payload.subspan(8));
    case Kind::bytes:
      return string_text(version.major == 2 ? "str" : "bytes", node);
    case Kind::text:
      return string_text(version.major == 2 ? "unicode" : "str", node);
    case Kind::tuple:
      return counted("tuple", node.child_count);
    case Kind::list:
      return counted("list", node.child_count);
    case Kind::set:
      return counted("set", node.child_count);
    case Kind::frozenset:
      return counted("frozenset", node.child_count);
    case Kind::dict:
      return counted("dict", node.child_count / 2);
    case Kind::frozendict:
      return counted("frozendict", node.child_count / 2);
    case Kind::slice:
      return "slice";
    case Kind::code:
      return code_text(payload, *version.layout);
    case Kind::line:
      return payload.size() == 2 ? std::to_string(little_endian<std::uint16_t>(payload))
                                 : std::to_string(little_endian<std::uint32_t>(payload));
  }
  return "object";
}

std::vector<std::string_view> part_names(const Version& version) {
  const CodeLayout& layout = *version.layout;
  std::vector<std::string_view> names{"co_code", "co_consts", "co_names"};
  const auto add = [&](std::initializer_list<std::string_view> more) {
    names.insert(names.end(), more);
  };
  if (layout.qualname >= 0)
    add({"co_localsplusnames", "co_localspluskinds"});
  else if (layout.filename >= 4)
    add({"co_varnames"});
  if (layout.filename == 6) add({"co_freevars", "co_cellvars"});
  add({"co_filename", "co_name"});
  if (layout.qualname >= 0) add({"co_qualname"});
  if (layout.line >= 0)
    add({"co_firstlineno", version.at_least(3, 10) ? "co_linetable" : "co_lnotab"});
  if (layout.qualname >= 0) add({"co_exceptiontable"});
  return names;
}

}  // namespace normalize::pyc
