#pragma once

#include "normalizers/bytes/content.h"
#include "normalizers/rpm/header.h"

/// A package file (rpm's docs/manual/format_v4.md): lead, signature header, header, payload.
namespace normalize::rpm {

inline constexpr std::string_view kLeadMagic = "\xed\xab\xee\xdb";
inline constexpr std::size_t kLeadBytes = 96;

struct Package {
  ByteView lead;
  Header signature, header;
  ByteView payload;

  bool is_source() const;
};

/// Reads a package; throws FormatError. The lead's major version is 3 for packages of format 3
/// and 4, which are alike.
Package read_package(ByteView input);
std::uint8_t lead_major(ByteView input);

/// The tag that signs the package or its files, by its name in rpm; empty where none does.
std::string_view signed_by(const Package& package);
/// Takes the signatures off, all that signed_by() tells of. What they took goes back to
/// RESERVEDSPACE, where rpmsign had it from.
void strip_signatures(Package& package);

/// Why the package has to stay as it is although nothing is wrong with it; empty where it has not.
std::string objection(const Package& package);

/// The tags of `package` that hold sums and sizes of its parts or of `payload`, its payload as it
/// is packed and unpacked, with what they have to say. Throws FormatError where an algorithm is
/// not to be had.
struct Sum {
  std::uint32_t tag;
  Bytes data;
};
std::vector<Sum> payload_sums(const Header& header, const Content& packed, const Content& archive);
std::vector<Sum> signature_sums(const Header& signature, const Header& header,
                                const Content& packed, std::uint64_t archive_bytes);

/// Throws FormatError where a tag does not say what it has to.
void check(const Header& header, const std::vector<Sum>& sums);

/// The package as a file, with `payload` for its own.
Content write_package(const Package& package, const Content& payload);

/// A digest by its number in RFC 4880 section 9.4, which FILEDIGESTALGO uses too; empty where there
/// is no such algorithm.
std::string digest_name(std::uint64_t algorithm);

}  // namespace normalize::rpm
