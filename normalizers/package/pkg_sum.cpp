#include "normalizers/package/pkg_sum.h"

#include <array>

#include "normalizers/bytes/digest.h"
#include "normalizers/error.h"

namespace normalize::package {
namespace {

/// z-base-32's digits, five bits each, but the lowest bits first.
std::string base32(ByteView bytes) {
  static constexpr std::string_view kDigits = "ybndrfg8ejkmcpqxot1uwisza345h769";
  std::string text;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte byte : bytes) {
    bits |= std::to_integer<std::uint32_t>(byte) << held;
    for (held += 8; held >= 5; held -= 5, bits >>= 5) text += kDigits[bits & 31];
  }
  if (held > 0) text += kDigits[bits & 31];
  return text;
}

struct Kind {
  std::string_view prefix;     // pkg_checksum_type_t and a separator
  std::string_view algorithm;  // as OpenSSL calls it
  std::string (*spell)(ByteView digest);
};
constexpr std::array kKinds{
    Kind{"0$", "sha256", &base32},
    Kind{"1$", "sha256", &hexadecimal},
    Kind{"2$", "BLAKE2b512", &base32},
    Kind{"5$", "BLAKE2s256", &base32},
};
constexpr Kind kBare{"", "sha256", &hexadecimal};
constexpr std::size_t kBareDigits = 64;

const Kind& kind_of(std::string_view sum) {
  for (const Kind& kind : kKinds)
    if (sum.starts_with(kind.prefix)) return kind;
  if (sum.size() == kBareDigits && sum.find('$') == sum.npos) return kBare;
  throw FormatError(0, "a sum is of an unknown kind: \"" + std::string(sum) + '"');
}

}  // namespace

bool is_no_sum(std::string_view sum) { return sum.empty() || sum == "-"; }

std::string sum_like(std::string_view sum, const Content& content) {
  const Kind& kind = kind_of(sum);
  const auto digest = message_digest(kind.algorithm, content);
  if (!digest) throw FormatError(0, std::string(kind.algorithm) + " cannot be computed here");
  return std::string(kind.prefix) + kind.spell(*digest);
}

}  // namespace normalize::package
