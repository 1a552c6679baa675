#include "normalizers/rpm/package.h"

#include <array>

#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/writer.h"

namespace normalize::rpm {
namespace {

constexpr std::size_t kSignatureAlignment = 8;
constexpr std::uint64_t kSha256 = 8;  // RFC 4880 section 9.4

std::size_t signature_padding(std::size_t signature_bytes) {
  return (kSignatureAlignment - signature_bytes % kSignatureAlignment) % kSignatureAlignment;
}

Bytes number_data(Type type, std::uint64_t value) {
  Writer out;
  if (type == Type::int64)
    out.big_endian(value);
  else if (value <= 0xffff'ffff)
    out.big_endian(static_cast<std::uint32_t>(value));
  else
    throw LimitError("a package grows past what its sizes can hold");
  return out.written_since(0);
}

Bytes text_data(const std::string& text) {
  Writer out;
  out.text(text);
  out.byte(0);
  return out.written_since(0);
}

struct Signature {
  std::uint32_t tag;
  std::string_view name;
};
constexpr std::array kSignatures{Signature{tag::kDsaHeader, "DSAHEADER"},
                                 Signature{tag::kRsaHeader, "RSAHEADER"},
                                 Signature{tag::kPgp, "PGP"},
                                 Signature{tag::kGpg, "GPG"},
                                 Signature{tag::kPgp5, "PGP5"},
                                 Signature{tag::kFileSignatures, "FILESIGNATURES"},
                                 Signature{tag::kFileSignatureLength, "FILESIGNATURELENGTH"},
                                 Signature{tag::kVeritySignatures, "VERITYSIGNATURES"},
                                 Signature{tag::kVeritySignatureAlgo, "VERITYSIGNATUREALGO"},
                                 Signature{tag::kOpenpgp, "OPENPGP"}};

bool is_signature(std::uint32_t tag) {
  return std::ranges::find(kSignatures, tag, &Signature::tag) != kSignatures.end();
}

bool is_known_in_signature(std::uint32_t tag) {
  constexpr std::array kKnown{tag::kHeaderSignatures, tag::kSha1Header,   tag::kLongSigSize,
                              tag::kLongArchiveSize,  tag::kSha256Header, tag::kSha3_256Header,
                              tag::kReserved,         tag::kSigSize,      tag::kMd5,
                              tag::kPayloadSize,      tag::kReservedSpace};
  return std::ranges::find(kKnown, tag) != kKnown.end();
}

Content joined(const Bytes& header, const Content& payload) {
  Content both = Content::view(header);
  both.append(payload);
  return both;
}

}  // namespace

bool Package::is_source() const { return !header.has(tag::kSourceRpm); }

std::uint8_t lead_major(ByteView input) {
  Reader in(input);
  in.expect(as_bytes(kLeadMagic), "lead magic");
  return in.byte("major");
}

Package read_package(ByteView input) {
  Package package;
  Reader in(input);
  package.lead = in.take(kLeadBytes, "lead");
  const std::size_t start = in.offset();
  package.signature = Header::read(in, tag::kHeaderSignatures);
  const ByteView padding = in.take(signature_padding(in.offset() - start), "signature padding");
  if (std::ranges::any_of(padding, [](std::byte b) { return b != std::byte{0}; }))
    in.fail("padding of the signature header is not zero");
  package.header = Header::read(in, tag::kHeaderImmutable);
  package.payload = in.rest();
  return package;
}

std::string_view signed_by(const Package& package) {
  for (const Signature& signature : kSignatures)
    if (package.signature.has(signature.tag)) return signature.name;
  return {};
}

void strip_signatures(Package& package) {
  Header& signature = package.signature;
  const std::size_t before = signature.write().size();
  for (const Signature& known : kSignatures) signature.remove(known.tag);
  if (const Entry* reserved = signature.find(tag::kReservedSpace)) {
    Bytes zeros(reserved->data.size() + before - signature.write().size());
    signature.set_data(tag::kReservedSpace, std::move(zeros));
  }
}

std::string objection(const Package& package) {
  for (const Entry& entry : package.signature.entries())
    if (!is_signature(entry.tag) && !is_known_in_signature(entry.tag))
      return "its signature header holds tag " + std::to_string(entry.tag) +
             ", which may be a sum or a signature";
  if (package.header.has(tag::kHeaderFileSignatures)) return "its files are signed";
  if (package.header.has(tag::kRpmFormat)) return "of a package format newer than 4";
  if (!package.signature.laid_out() || !package.header.laid_out())
    return "its headers are not laid out as rpm does it";
  const std::string format = package.header.string(tag::kPayloadFormat).value_or("cpio");
  if (format != "cpio") return "its payload is no cpio archive but " + format;
  if (!package.header.has_region() && package.signature.has(tag::kSha1Header))
    return "it has a digest of a region that is not there";
  return {};
}

std::string digest_name(std::uint64_t algorithm) {
  switch (algorithm) {
    case 1:
      return "md5";
    case 2:
      return "sha1";
    case kSha256:
      return "sha256";
    case 9:
      return "sha384";
    case 10:
      return "sha512";
    case 11:
      return "sha224";
    case 12:
      return "sha3-256";
    case 14:
      return "sha3-512";
    default:
      return {};
  }
}

std::vector<Sum> payload_sums(const Header& header, const Content& packed, const Content& archive) {
  std::vector<Sum> sums;
  const std::string algorithm =
      digest_name(header.number(tag::kPayloadDigestAlgo).value_or(kSha256));
  const auto add = [&](std::uint32_t tag, const Content& content) {
    if (!header.has(tag)) return;
    if (algorithm.empty()) throw FormatError(0, "PAYLOADDIGESTALGO is not known");
    sums.push_back({tag, text_data(hex_digest(algorithm, content))});
  };
  add(tag::kPayloadDigest, packed);
  add(tag::kPayloadDigestAlt, archive);
  if (const Entry* size = header.find(tag::kArchiveSize))
    sums.push_back({size->tag, number_data(size->type, archive.size())});
  return sums;
}

std::vector<Sum> signature_sums(const Header& signature, const Header& header,
                                const Content& packed, std::uint64_t archive_bytes) {
  const Bytes whole = header.write(), region = header.region();
  const auto hex = [&](std::string_view algorithm) {
    return text_data(hex_digest(algorithm, Content::view(region)));
  };
  std::vector<Sum> sums;
  for (const Entry& entry : signature.entries()) {
    const auto add = [&](Bytes data) { sums.push_back({entry.tag, std::move(data)}); };
    switch (entry.tag) {
      case tag::kSha1Header:
        add(hex("sha1"));
        break;
      case tag::kSha256Header:
        add(hex("sha256"));
        break;
      case tag::kSha3_256Header:
        add(hex("sha3-256"));
        break;
      case tag::kMd5:
        add(required_digest("md5", joined(whole, packed)));
        break;
      case tag::kSigSize:
      case tag::kLongSigSize:
        add(number_data(entry.type, whole.size() + packed.size()));
        break;
      case tag::kPayloadSize:
      case tag::kLongArchiveSize:
        add(number_data(entry.type, archive_bytes));
        break;
      default:
        break;
    }
  }
  return sums;
}

void check(const Header& header, const std::vector<Sum>& sums) {
  for (const Sum& sum : sums)
    if (!equal(header.find(sum.tag)->data, sum.data))
      throw FormatError(0, "tag " + std::to_string(sum.tag) + " does not match the package");
}

Content write_package(const Package& package, const Content& payload) {
  Writer out;
  out.carry(package.lead);
  const Bytes signature = package.signature.write();
  out.bytes(signature);
  out.zeros(signature_padding(signature.size()));
  out.bytes(package.header.write());
  out.carry(payload);
  return std::move(out).finish();
}

}  // namespace normalize::rpm
