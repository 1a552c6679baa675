#include "driver/pack/acl_text.h"

#include <cstdint>

#include "normalizers/bytes/reader.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::uint32_t kVersion = 2;

/// What stands in front of the permissions; empty for a tag that is none.
std::string who(std::uint16_t tag, std::uint32_t id) {
  switch (tag) {
    case 0x01:
      return "user::";
    case 0x02:
      return "user:" + std::to_string(id) + ":";
    case 0x04:
      return "group::";
    case 0x08:
      return "group:" + std::to_string(id) + ":";
    case 0x10:
      return "mask::";
    case 0x20:
      return "other::";
    default:
      return {};
  }
}

}  // namespace

std::optional<std::string> acl_text(std::string_view attribute) try {
  Reader in(as_bytes(attribute));
  if (in.little_endian<std::uint32_t>("version") != kVersion) return std::nullopt;
  std::string text;
  while (in.remaining() > 0) {
    const auto tag = in.little_endian<std::uint16_t>("tag");
    const auto permissions = in.little_endian<std::uint16_t>("permissions");
    const std::string entry = who(tag, in.little_endian<std::uint32_t>("id"));
    if (entry.empty() || permissions > 7) return std::nullopt;
    if (!text.empty()) text += ',';
    text += entry;
    text += (permissions & 4) != 0 ? 'r' : '-';
    text += (permissions & 2) != 0 ? 'w' : '-';
    text += (permissions & 1) != 0 ? 'x' : '-';
  }
  return text;
} catch (const FormatError&) {
  return std::nullopt;
}

}  // namespace normalize
