#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize {

/// A cryptographic digest: "md5", "sha1", "sha224" to "sha512", "sha3-224" to "sha3-512",
/// "ripemd160", "blake2b512" or "blake2s256", in letters of either case. Unset where no such
/// algorithm is known.
std::optional<Bytes> message_digest(std::string_view algorithm, const Content& content);

/// The same for what has to be had. Throws CodecError where no such algorithm is known.
Bytes required_digest(std::string_view algorithm, const Content& content);
/// The same in hexadecimal.
std::string hex_digest(std::string_view algorithm, const Content& content);

class DigestState;

/// The digest of bytes that come one run after another.
class RunningDigest {
 public:
  /// Throws std::runtime_error where there is no such algorithm.
  explicit RunningDigest(const std::string& algorithm = "sha256");
  RunningDigest(RunningDigest&&) noexcept;
  ~RunningDigest();
  void add(ByteView bytes);
  /// Once, at the end.
  Bytes finish();

 private:
  std::unique_ptr<DigestState> state_;
};

/// Two digits a byte, in lower case.
std::string hexadecimal(ByteView bytes);

/// RFC 4648 section 4, with padding.
std::string base64(ByteView bytes);
/// RFC 4648 section 5, without padding.
std::string base64url(ByteView bytes);

}  // namespace normalize
