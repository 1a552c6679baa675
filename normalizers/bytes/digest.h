#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace normalize {

/// A cryptographic digest: "sha256", "sha512", ... Unset where no such algorithm is known.
std::optional<Bytes> message_digest(std::string_view algorithm, const Content& content);

/// The same for what has to be had. Throws CodecError where the libcrypto at hand does not make it.
Bytes required_digest(std::string_view algorithm, const Content& content);
/// The same in hexadecimal.
std::string hex_digest(std::string_view algorithm, const Content& content);

/// The digest of bytes that come one run after another.
class RunningDigest {
 public:
  /// Throws std::runtime_error where there is no such algorithm.
  explicit RunningDigest(const std::string& algorithm = "sha256");
  void add(ByteView bytes);
  /// Once, at the end.
  Bytes finish();

 private:
  struct FreeState {
    void operator()(evp_md_ctx_st* state) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, FreeState> state_;
};

/// Two digits a byte, in lower case.
std::string hexadecimal(ByteView bytes);

/// RFC 4648 section 4, with padding.
std::string base64(ByteView bytes);
/// RFC 4648 section 5, without padding.
std::string base64url(ByteView bytes);

}  // namespace normalize
