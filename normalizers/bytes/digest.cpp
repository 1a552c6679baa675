// libcrypto's functions for one algorithm each where there are any, though OpenSSL 3 calls them
// deprecated: those for all of them first look for providers, for 0.7 ms in every process.

#define OPENSSL_SUPPRESS_DEPRECATED
#include "normalizers/bytes/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/ripemd.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

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

/// OpenSSL 3 goes on to use what it has found no memory for when it was first called.
bool is_ready() {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L && !defined(LIBRESSL_VERSION_NUMBER)
  if (OSSL_LIB_CTX_get0_global_default() == nullptr) return false;
#endif
  return OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_DIGESTS, nullptr) == 1;
}

const EVP_MD* method_named(std::string_view name) {
  static const bool ready = is_ready();
  if (!ready) throw std::bad_alloc();
  return EVP_get_digestbyname(std::string(name).c_str());
}

/// What has no functions of its own.
class OfAnyName final : public DigestState {
 public:
  explicit OfAnyName(const EVP_MD* method) : context_(EVP_MD_CTX_new()) {
    if (!context_) throw std::bad_alloc();
    expect(EVP_DigestInit_ex(context_.get(), method, nullptr));
  }
  void add(ByteView bytes) override {
    expect(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  }
  Bytes finish() override {
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    expect(
        EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size));
    digest.resize(size);
    return digest;
  }

 private:
  static void expect(int success) {
    if (success != 1) throw std::runtime_error("libcrypto fails to make a digest");
  }
  struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

template <typename State>
std::unique_ptr<DigestState> make(std::string_view) {
  return std::make_unique<State>();
}

/// Null where the library was built without it.
std::unique_ptr<DigestState> make_by_name(std::string_view name) {
  const EVP_MD* const method = method_named(name);
  return method ? std::make_unique<OfAnyName>(method) : nullptr;
}

struct Algorithm {
  std::string_view name;
  std::unique_ptr<DigestState> (*begin)(std::string_view name);
};
constexpr std::array kAlgorithms{
    Algorithm{"md5", make<Md5>},
    Algorithm{"sha1", make<Sha1>},
    Algorithm{"sha224", make<Sha224>},
    Algorithm{"sha256", make<Sha256>},
    Algorithm{"sha384", make<Sha384>},
    Algorithm{"sha512", make<Sha512>},
    Algorithm{"sha3-224", make_by_name},
    Algorithm{"sha3-256", make_by_name},
    Algorithm{"sha3-384", make_by_name},
    Algorithm{"sha3-512", make_by_name},
    Algorithm{"ripemd160", make<Ripemd160>},
    Algorithm{"blake2b512", make_by_name},
    Algorithm{"blake2s256", make_by_name},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Null where there is no such algorithm.
std::unique_ptr<DigestState> state_of(std::string_view algorithm) {
  const auto found = std::ranges::find_if(kAlgorithms, [&](const Algorithm& each) {
    return std::ranges::equal(each.name, algorithm, {}, {}, lower);
  });
  return found == kAlgorithms.end() ? nullptr : found->begin(found->name);
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
