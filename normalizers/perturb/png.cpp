// PNG: the chunk with the time of the last change, which has no value where there is no epoch.

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/perturb/shake.h"

namespace normalize::perturb {
namespace {

constexpr std::size_t kSignatureAndHeader = 8 + 25;  // IHDR stands in front of all others

/// Section 11.3.4.1 of the specification: tIME.
Bytes time_chunk(NoiseSource& numbers) {
  const auto below = [&](std::uint64_t count) {
    return static_cast<std::uint8_t>(numbers.below(count));
  };
  Writer out;
  out.big_endian(std::uint32_t{7});
  const std::uint64_t covered = out.size();
  out.text("tIME");
  out.big_endian(static_cast<std::uint16_t>(1990 + numbers.below(40)));
  for (const unsigned count : {12U, 28U}) out.byte(static_cast<std::uint8_t>(1 + below(count)));
  for (const unsigned count : {24U, 60U, 60U}) out.byte(below(count));
  out.big_endian(crc32(out.written_since(covered)));
  return out.written_since(0);
}

}  // namespace

Content shake_png(ByteView file, Shaker& shaker) {
  if (shaker.rules().epoch || file.size() < kSignatureAndHeader) return Content::view(file);
  Content shaken = Content::view(file.first(kSignatureAndHeader));
  shaken.append(Content::own(time_chunk(shaker.numbers)));
  shaken.append(Content::view(file.subspan(kSignatureAndHeader)));
  return shaken;
}

}  // namespace normalize::perturb
