// libcrypto's functions for one algorithm each, which OpenSSL 3 calls deprecated: those for all of
// them first look for providers, for 0.7 ms in every process, and a program that is linked with
// the archive gets all of the library by them.

#define OPENSSL_SUPPRESS_DEPRECATED
#include "normalizers/bytes/digest.h"

#include <openssl/md5.h>
#include <openssl/ripemd.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "normalizers/bytes/blake2.h"
#include "normalizers/bytes/sha3.h"
#include "normalizers/error.h"

namespace normalize {

class DigestState {
 public:
  virtual ~DigestState() = default;
  virtual void add(ByteView bytes) = 0;
  virtual Bytes finish() = 0;
};

namespace {

/// Functions of libcrypto: they return 1, and can not fail.
template <typename Context, auto kInit, auto kUpdate, auto kFinal, std::size_t kBytes>
class OfLibcrypto final : public DigestState {
 public:
  OfLibcrypto() { kInit(&context_); }
  void add(ByteView bytes) override { kUpdate(&context_, bytes.data(), bytes.size()); }
  Bytes finish() override {
    Bytes digest(kBytes);
    kFinal(reinterpret_cast<unsigned char*>(digest.data()), &context_);
    return digest;
  }

 private:
  Context context_;
};

using Md5 = OfLibcrypto<MD5_CTX, MD5_Init, MD5_Update, MD5_Final, MD5_DIGEST_LENGTH>;
using Ripemd160 = OfLibcrypto<RIPEMD160_CTX, RIPEMD160_Init, RIPEMD160_Update, RIPEMD160_Final,
                              RIPEMD160_DIGEST_LENGTH>;
using Sha1 = OfLibcrypto<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, SHA_DIGEST_LENGTH>;
using Sha224 =
    OfLibcrypto<SHA256_CTX, SHA224_Init, SHA224_Update, SHA224_Final, SHA224_DIGEST_LENGTH>;
using Sha256 =
    OfLibcrypto<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, SHA256_DIGEST_LENGTH>;
using Sha384 =
    OfLibcrypto<SHA512_CTX, SHA384_Init, SHA384_Update, SHA384_Final, SHA384_DIGEST_LENGTH>;
using Sha512 =
    OfLibcrypto<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, SHA512_DIGEST_LENGTH>;

/// `Digest` is made of `kWith` and has the members of DigestState.
template <typename Digest, auto... kWith>
class Ours final : public DigestState {
 public:
  void add(ByteView bytes) override { digest_.add(bytes); }
  Bytes finish() override { return digest_.finish(); }

 private:
  Digest digest_{kWith...};
};

template <typename State>
std::unique_ptr<DigestState> make() {
  return std::make_unique<State>();
}

struct Algorithm {
  std::string_view name;
  std::unique_ptr<DigestState> (*begin)();
};
constexpr std::array kAlgorithms{
    Algorithm{"md5", make<Md5>},
    Algorithm{"sha1", make<Sha1>},
    Algorithm{"sha224", make<Sha224>},
    Algorithm{"sha256", make<Sha256>},
    Algorithm{"sha384", make<Sha384>},
    Algorithm{"sha512", make<Sha512>},
    Algorithm{"sha3-224", make<Ours<Sha3, 224>>},
    Algorithm{"sha3-256", make<Ours<Sha3, 256>>},
    Algorithm{"sha3-384", make<Ours<Sha3, 384>>},
    Algorithm{"sha3-512", make<Ours<Sha3, 512>>},
    Algorithm{"ripemd160", make<Ripemd160>},
    Algorithm{"blake2b512", make<Ours<Blake2b>>},
    Algorithm{"blake2s256", make<Ours<Blake2s>>},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Null where there is no such algorithm.
std::unique_ptr<DigestState> state_of(std::string_view algorithm) {
  const auto found = std::ranges::find_if(kAlgorithms, [&](const Algorithm& each) {
    return std::ranges::equal(each.name, algorithm, {}, {}, lower);
  });
  return found == kAlgorithms.end() ? nullptr : found->begin();
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
  const std::unique_ptr<DigestState> state = state_of(algorithm);
  if (!state) return std::nullopt;
  for (const Content::Piece& piece : content.pieces()) state->add(piece.bytes);
  return state->finish();
}

Bytes required_digest(std::string_view algorithm, const Content& content) {
  std::optional<Bytes> made = message_digest(algorithm, content);
  if (!made) throw CodecError(std::string(algorithm) + " digests cannot be made");
  return *std::move(made);
}

std::string hex_digest(std::string_view algorithm, const Content& content) {
  return hexadecimal(required_digest(algorithm, content));
}

RunningDigest::RunningDigest(const std::string& algorithm) : state_(state_of(algorithm)) {
  if (!state_) throw std::runtime_error(algorithm + " cannot be made here");
}

RunningDigest::RunningDigest(RunningDigest&&) noexcept = default;
RunningDigest::~RunningDigest() = default;

void RunningDigest::add(ByteView bytes) { state_->add(bytes); }

Bytes RunningDigest::finish() { return state_->finish(); }

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
