#include "normalizers/bytes/digest.h"

#include <openssl/evp.h>

#include <memory>
#include <new>

namespace normalize {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

}  // namespace

std::optional<Bytes> message_digest(std::string_view algorithm, const Content& content) {
  const EVP_MD* method = EVP_get_digestbyname(std::string(algorithm).c_str());
  if (!method) return std::nullopt;
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  // A system's policy may forbid an algorithm that the library has.
  if (EVP_DigestInit_ex(context.get(), method, nullptr) != 1) return std::nullopt;
  for (const Content::Piece& piece : content.pieces())
    EVP_DigestUpdate(context.get(), piece.bytes.data(), piece.bytes.size());
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  digest.resize(size);
  return digest;
}

std::string base64url(ByteView bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte byte : bytes) {
    bits = bits << 8 | std::to_integer<std::uint32_t>(byte);
    for (held += 8; held >= 6; held -= 6) text += kDigits[bits >> (held - 6) & 63];
  }
  if (held > 0) text += kDigits[bits << (6 - held) & 63];
  return text;
}

}  // namespace normalize
