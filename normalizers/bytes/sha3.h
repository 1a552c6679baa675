#pragma once

#include <array>
#include <cstdint>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// SHA-3, FIPS 202.
class Sha3 {
 public:
  /// Of a digest of 224, 256, 384 or 512 bits.
  explicit Sha3(std::size_t bits) : digest_bytes_(bits / 8) {}

  void add(ByteView bytes);
  /// Once, at the end.
  Bytes finish();

 private:
  void add_byte(std::uint8_t byte);
  /// Bytes that are added before the state is permuted.
  std::size_t rate() const { return kStateBytes - 2 * digest_bytes_; }

  static constexpr std::size_t kStateBytes = 200;

  std::size_t digest_bytes_;
  std::size_t at_ = 0;  // within the rate
  std::array<std::uint64_t, kStateBytes / 8> lanes_{};
};

}  // namespace normalize
