#include "normalizers/pyc/siphash.h"

#include <doctest/doctest.h>

using namespace normalize;
using namespace normalize::pyc;

namespace {

constexpr std::uint64_t kKey0 = 0x0706'0504'0302'0100, kKey1 = 0x0f0e'0d0c'0b0a'0908;

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i);
  return bytes;
}

}  // namespace

// Appendix A of "SipHash: a fast short-input PRF", and the first of the vectors published with it.
TEST_CASE("SipHash-2-4 gives the values of its authors") {
  CHECK(siphash(2, 4, kKey0, kKey1, counting(15)) == 0xa129'ca61'49be'45e5);
  CHECK(siphash(2, 4, kKey0, kKey1, counting(0)) == 0x726f'db47'dd0e'0e31);
  CHECK(siphash(2, 4, kKey0, kKey1, counting(8)) == 0x93f5'f579'9a93'2462);
}

// What CPython 3.11 and 3.8 answer to _imp.source_hash(key, b"...").
TEST_CASE("both variants give what _imp.source_hash() of CPython gives") {
  CHECK(siphash(1, 3, 3495, 0, as_bytes("print('hello')\n")) == 0x0141'4a33'ed1b'e9a0);
  CHECK(siphash(2, 4, 3413, 0, as_bytes("print('hello')\n")) == 0x63b4'b3e5'90e6'7924);
}
