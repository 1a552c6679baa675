#include "driver/diff/hex.h"

#include <cstdio>

namespace normalize::diff {
namespace {

constexpr std::size_t kRowBytes = 16, kMostRows = 8;

void append_row(char mark, ByteView bytes, std::size_t at, std::uint64_t base, std::string& out) {
  if (at >= bytes.size()) return;
  const ByteView row = bytes.subspan(at, std::min(kRowBytes, bytes.size() - at));
  char text[32];
  std::snprintf(text, sizeof text, "%c%08llx ", mark, static_cast<unsigned long long>(base + at));
  out += text;
  for (std::size_t i = 0; i < kRowBytes; ++i) {
    if (i < row.size())
      std::snprintf(text, sizeof text, " %02x", std::to_integer<unsigned>(row[i]));
    out += i < row.size() ? text : "   ";
  }
  out += "  |";
  for (const std::byte b : row) {
    const auto c = std::to_integer<char>(b);
    out += c >= ' ' && c <= '~' ? c : '.';
  }
  out += "|\n";
}

std::string count_text(ByteView a, ByteView b, std::size_t first) {
  if (a.size() != b.size())
    return std::to_string(a.size()) + " bytes, " + std::to_string(b.size()) + " bytes";
  std::size_t differ = 0;
  for (std::size_t i = first; i < a.size(); ++i) differ += a[i] != b[i];
  return std::to_string(differ) + " of " + std::to_string(a.size()) + " bytes differ";
}

bool same_row(ByteView a, ByteView b, std::size_t at) {
  const auto row = [&](ByteView bytes) {
    return at >= bytes.size() ? ByteView()
                              : bytes.subspan(at, std::min(kRowBytes, bytes.size() - at));
  };
  return equal(row(a), row(b));
}

}  // namespace

std::string hex_diff(ByteView a, ByteView b, std::uint64_t base) {
  const auto first = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  if (first == a.size() && first == b.size()) return {};
  char at[32];
  std::snprintf(at, sizeof at, "0x%llx", static_cast<unsigned long long>(base + first));
  std::string text =
      std::string("@@ first difference at ") + at + ": " + count_text(a, b, first) + " @@\n";
  const std::size_t start = first / kRowBytes * kRowBytes;
  std::size_t end = start;
  for (std::size_t rows = 0; rows < kMostRows && !same_row(a, b, end); ++rows) end += kRowBytes;
  if (start > 0) append_row(' ', a, start - kRowBytes, base, text);
  for (std::size_t row = start; row < end; row += kRowBytes) append_row('-', a, row, base, text);
  for (std::size_t row = start; row < end; row += kRowBytes) append_row('+', b, row, base, text);
  return text;
}

}  // namespace normalize::diff
