#include <doctest/doctest.h>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Bytes bflt(std::int64_t build_date, std::uint32_t version = 4) {
  Writer out;
  out.text("bFLT");
  out.big_endian(version);
  for (int i = 0; i < 8; ++i) out.big_endian(std::uint32_t{64});  // entry to flags
  out.big_endian(static_cast<std::uint32_t>(build_date));
  out.zeros(20);
  out.text("the program");
  return std::move(out).finish().to_bytes();
}

}  // namespace

TEST_CASE("bFLT build_date is lowered to the epoch, and zero without one") {
  CHECK(normal(bflt(kEpoch + 1)) == bflt(kEpoch));
  CHECK(normal(bflt(kEpoch - 1)) == bflt(kEpoch - 1));
  CHECK(normal(bflt(kEpoch - 1), "f", Rules{}) == bflt(0));
}

TEST_CASE("a bFLT of a version without a date is left, and said") {
  CHECK(run(bflt(kEpoch + 1, 2)).bytes == bflt(kEpoch + 1, 2));
  CHECK(run(bflt(kEpoch + 1, 2)).remarked("version 2 has no build_date"));
}
