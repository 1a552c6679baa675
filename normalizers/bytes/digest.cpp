#include "normalizers/bytes/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>
#include <new>
#include <stdexcept>

#include "normalizers/error.h"

namespace normalize {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// OpenSSL 3 goes on to use what it has found no memory for when it was first called.
bool is_ready() {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L && !defined(LIBRESSL_VERSION_NUMBER)
  if (OSSL_LIB_CTX_get0_global_default() == nullptr) return false;
#endif
  return OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_DIGESTS, nullptr) == 1;
}

const EVP_MD* digest_named(std::string_view algorithm) {
  static const bool ready = is_ready();
  if (!ready) throw std::bad_alloc();
  return EVP_get_digestbyname(std::string(algorithm).c_str());
}

void add_to(EVP_MD_CTX* context, ByteView bytes) {
  if (EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1)
    throw std::runtime_error("libcrypto fails to make a digest");
}

Bytes finished(EVP_MD_CTX* context) {
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(digest.data()), &size) != 1)
    throw std::runtime_error("libcrypto fails to make a digest");
  digest.resize(size);
  return digest;
}

/// Six bits a digit, the first bits first.
std::string in_sixes(ByteView bytes, std::string_view digits) {
  std::string text;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte byte : bytes) {
    bits = bits << 8 | std::to_integer<std::uint32_t>(byte);
    for (held += 8; held >= 6; held -= 6) text += digits[bits >> (held - 6) & 63];
  }
  if (held > 0) text += digits[bits << (6 - held) & 63];
  return text;
}

}  // namespace

std::optional<Bytes> message_digest(std::string_view algorithm, const Content& content) {
  const EVP_MD* const method = digest_named(algorithm);
  if (!method) return std::nullopt;
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  // A system's policy may forbid an algorithm that the library has.
  if (EVP_DigestInit_ex(context.get(), method, nullptr) != 1) return std::nullopt;
  for (const Content::Piece& piece : content.pieces()) add_to(context.get(), piece.bytes);
  return finished(context.get());
}

Bytes required_digest(std::string_view algorithm, const Content& content) {
  std::optional<Bytes> made = message_digest(algorithm, content);
  if (!made)
    throw CodecError("the libcrypto at hand does not make " + std::string(algorithm) + " digests");
  return *std::move(made);
}

std::string hex_digest(std::string_view algorithm, const Content& content) {
  return hexadecimal(required_digest(algorithm, content));
}

RunningDigest::RunningDigest(const std::string& algorithm) : state_(EVP_MD_CTX_new()) {
  if (!state_) throw std::bad_alloc();
  const EVP_MD* const method = digest_named(algorithm);
  if (!method || EVP_DigestInit_ex(state_.get(), method, nullptr) != 1)
    throw std::runtime_error(algorithm + " cannot be made here");
}

void RunningDigest::add(ByteView bytes) { add_to(state_.get(), bytes); }

Bytes RunningDigest::finish() { return finished(state_.get()); }

void RunningDigest::FreeState::operator()(evp_md_ctx_st* state) const noexcept {
  EVP_MD_CTX_free(state);
}

std::string hexadecimal(ByteView bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte b : bytes) {
    text += kDigits[std::to_integer<unsigned>(b >> 4)];
    text += kDigits[std::to_integer<unsigned>(b & std::byte{15})];
  }
  return text;
}

std::string base64(ByteView bytes) {
  std::string text =
      in_sixes(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  return text.append((4 - text.size() % 4) % 4, '=');
}

std::string base64url(ByteView bytes) {
  return in_sixes(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

}  // namespace normalize
