#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace normalize {

/// The lengths of a prefix code in which frequent symbols are short, none longer than `most` bits:
/// one for each count, 0 where that is 0. The same for the same counts, on every machine. A code of
/// fewer than two symbols gets a second one, which RFC 1951 asks for by implication.
std::vector<std::uint8_t> code_lengths(std::span<const std::uint32_t> counts, unsigned most);

/// The codes that go with lengths, RFC 1951 section 3.2.2; with their first bit lowest, as they are
/// written.
std::vector<std::uint16_t> codes_of(std::span<const std::uint8_t> lengths);

}  // namespace normalize
