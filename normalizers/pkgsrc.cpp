// Signed packages of pkgsrc (pkg_admin(1), pkg_install's pkg_signature.c): an ar archive of
// +PKG_HASH, which has SHA-512 sums of the package by blocks, of its signature, +PKG_SIGNATURE or
// +PKG_GPG_SIGNATURE, and of the package, which goes on alone where signatures are to be stripped.

#include "normalizers/pkgsrc.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "normalizers/ar/members.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kHash = "+PKG_HASH";
constexpr std::uint64_t kLeastBlock = 1024;  // what pkg_add accepts
constexpr Field kSignature{"signature", ""};

/// The hash, its signature and the package.
std::vector<ar::Member> read_members(ByteView input) {
  std::vector<ar::Member> members = ar::read_members(input);
  std::erase_if(members, [](const ar::Member& member) { return member.table; });
  if (members.size() != 3) throw FormatError(0, "no hash, signature and package");
  return members;
}

std::uint64_t block_size_of(std::string_view text) {
  std::uint64_t size = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, size);
  if (error != std::errc() || stop != end || size < kLeastBlock)
    throw FormatError(0, "the block size of +PKG_HASH is too small, or no number");
  return size;
}

std::string_view value_of(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == text.npos) throw FormatError(0, "+PKG_HASH has no \"" + std::string(key) + '"');
  const std::size_t start = at + key.size();
  return text.substr(start, text.find('\n', start) - start);
}

/// What +PKG_HASH has to hold for `package`, with the name and block size of `hash`.
std::string hash_of(ByteView package, std::string_view hash) {
  const std::string_view name = value_of(hash, "pkgname: ");
  const std::string_view block_size = value_of(hash, "block size: ");
  const std::uint64_t block = block_size_of(block_size);
  std::string text = "pkgsrc signature\n\nversion: 1\npkgname: ";
  text.append(name).append("\nalgorithm: SHA512\nblock size: ").append(block_size);
  text.append("\nfile size: ").append(std::to_string(package.size())).append("\n\n");
  for (Reader in(package); in.remaining() > 0;) {
    const ByteView part = in.take(std::min<std::uint64_t>(block, in.remaining()), "block");
    text.append(hex_digest("sha512", Content::view(part))).append("\n");
  }
  return text.append("end pkgsrc signature\n");
}

class Pkgsrc final : public Normalizer {
 public:
  std::string_view name() const override { return "pkgsrc"; }
  bool recognizes(const Probe& probe) const override { return is_signed_pkgsrc(probe.head); }

  Content normalize(ByteView input, Context& context) const override {
    const std::vector<ar::Member> members = read_members(input);
    const std::string_view hash = as_text(members[0].data);
    const ar::Member& package = members[2];
    if (hash != hash_of(package.data, hash))
      throw FormatError(0, "+PKG_HASH does not match the package");
    if (context.rules().signed_files != SignedFiles::strip)
      return context.leave_signed(input, members[1].name);
    context.changed(kSignature, "+PKG_HASH, " + std::string(members[1].name), "");
    WholeSource source(package.data);
    return context.member(package.name, source).value_or(Content::view(package.data));
  }
};

}  // namespace

bool is_signed_pkgsrc(ByteView head) {
  std::string_view text = as_text(head);
  if (!text.starts_with(ar::kMagic)) return false;
  text.remove_prefix(ar::kMagic.size());
  if (text.starts_with("//  ") && text.size() > ar::kHeaderBytes) {  // GNU's table of long names
    const auto size = ar::number(ar::kSize, as_bytes(text.substr(0, ar::kHeaderBytes))).value_or(0);
    text.remove_prefix(ar::kHeaderBytes);
    text.remove_prefix(std::min(static_cast<std::size_t>(size + size % 2), text.size()));
  }
  return text.starts_with(kHash) && text.size() > kHash.size() &&
         (text[kHash.size()] == ' ' || text[kHash.size()] == '/');
}

std::unique_ptr<const Normalizer> make_pkgsrc() { return std::make_unique<Pkgsrc>(); }

}  // namespace normalize
