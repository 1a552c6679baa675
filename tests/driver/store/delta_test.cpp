// Deltas: what was encoded is decoded, whatever the two have in common, and damage is no crash.

#include "driver/store/delta/delta.h"

#include <doctest/doctest.h>

#include <random>

#include "normalizers/error.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::store;
using normalize::test::bytes;

namespace {

Bytes random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  Bytes result(count);
  for (std::byte& each : result) each = static_cast<std::byte>(random());
  return result;
}

/// Machine code, as far as a delta is concerned: runs of bytes that stay, and addresses behind one
/// opcode that all move when something is put in front of them.
Bytes program(std::uint32_t base) {
  std::mt19937 random(7);
  Bytes code;
  for (int i = 0; i < 20'000; ++i) {
    for (auto n = random() % 24; n > 0; --n) code.push_back(static_cast<std::byte>(random() & 127));
    code.push_back(std::byte{0xe8});
    const std::uint32_t address = static_cast<std::uint32_t>(random()) % 1'000'000 + base;
    for (unsigned shift = 0; shift < 32; shift += 8)
      code.push_back(static_cast<std::byte>(address >> shift & 0xff));
  }
  return code;
}

Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (const ByteView part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::size_t round_trip(const Bytes& reference, const Bytes& target) {
  const Bytes delta = encode_delta(reference, target);
  CHECK(decode_delta(delta, reference, target.size()) == target);
  return delta.size();
}

}  // namespace

TEST_CASE("what a delta was made of comes out of it again") {
  const Bytes empty, one = bytes("x"), random = random_bytes(100'000, 1);
  for (const Bytes* reference : {&empty, &one, &random})
    for (const Bytes* target : {&empty, &one, &random}) round_trip(*reference, *target);
  round_trip(random_bytes(70'000, 2), random);
  round_trip(Bytes(100'000), Bytes(300'000));
  round_trip(Bytes(100'000, std::byte{1}), Bytes(65'537));
}

TEST_CASE("what is the same costs next to nothing, wherever it stands") {
  const Bytes a = random_bytes(200'000, 1), b = random_bytes(50'000, 2), c = random_bytes(999, 3);
  CHECK(round_trip(a, a) < 64);
  CHECK(round_trip(joined({a, b}), joined({b, a})) < 200);
  CHECK(round_trip(joined({a, b}), joined({a, c, b})) < c.size() + 200);
  CHECK(round_trip(joined({a, c, b}), joined({a, b})) < 200);
  CHECK(round_trip(b, joined({b, b, b, b})) < 400);
}

TEST_CASE("a program whose addresses have moved costs less than a fifth of its addresses") {
  const Bytes before = program(0x1000), after = program(0x1230);
  const Bytes moved = joined({random_bytes(0x230, 5), after});
  CHECK(round_trip(before, moved) < 20'000 * 4 / 5);
}

TEST_CASE("a delta that is cut short or changed is refused, or makes something of the same size") {
  const Bytes reference = program(1), target = joined({random_bytes(100, 3), program(300)});
  const Bytes delta = encode_delta(reference, target);
  for (std::size_t size = 0; size < delta.size(); size += 1 + size / 16)
    CHECK_THROWS_AS(decode_delta(ByteView(delta).first(size), reference, target.size()),
                    FormatError);
  std::mt19937 random(9);
  for (int i = 0; i < 300; ++i) {
    Bytes damaged = delta;
    damaged[random() % (i % 2 == 0 ? damaged.size() : 40)] ^=
        static_cast<std::byte>(1U << random() % 8);
    try {
      const Bytes made = decode_delta(damaged, reference, target.size());
      CHECK(made.size() == target.size());
    } catch (const FormatError&) {
    }
  }
  CHECK_THROWS_AS(decode_delta(delta, reference, target.size() - 1), FormatError);
  CHECK_THROWS_AS(decode_delta(delta, reference, target.size() + 1), FormatError);
  CHECK_THROWS_AS(decode_delta(delta, ByteView(reference).first(1000), target.size()), FormatError);
}

TEST_CASE("a delta that was written long ago is still read") {
  // By version 1 of the format, of 600 bytes to 603 of which every fortieth is another.
  constexpr std::string_view kDelta =
      "071028b52ffd2007390000000300d804000054548021e43e40000024303745b96f9f6acc4cf700d110e31b1c00e1"
      "b728781a7cafdd706f001f93596c8800cb3bc3a81d9eda40c1250108a320ea8affdfc3a10006949d0354005e0ded"
      "9f79bdf7929c00049590b418030c28b52ffd20031900006e6577";
  Bytes delta, reference, target = bytes("new");
  for (std::size_t i = 0; i < kDelta.size(); i += 2)
    delta.push_back(
        static_cast<std::byte>(std::stoul(std::string(kDelta.substr(i, 2)), nullptr, 16)));
  for (unsigned i = 0; i < 600; ++i) {
    reference.push_back(static_cast<std::byte>(i * i / 7 + i));
    target.push_back(static_cast<std::byte>(i * i / 7 + i + (i % 40 == 9 ? 3 : 0)));
  }
  CHECK(decode_delta(delta, reference, target.size()) == target);
}
