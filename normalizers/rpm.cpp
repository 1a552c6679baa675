// rpm packages of format 3 and 4 (rpm's docs/manual/format_v4.md and tags.md): lead, signature
// header, header, payload. What tells when and where the package was built becomes normal:
//
// - BUILDTIME, FILEMTIMES and the times in the payload are lowered to the epoch; BUILDHOST becomes
//   "reproducible", COOKIE ("HOST TIME") follows both. SOURCEPKGID, the sum of a source package
//   with noise of its own, is dropped. Where FILEDEVICES and FILEINODES are numbers of a disk, as
//   before rpm 4.6, they are made as rpmbuild makes them since.
// - Files of the payload are normalized; rpm finds them by number or name in the header, so their
//   order stays. The payload is packed as it was. Owners and modes are what the package asks for
//   and stay, but numbers of owners in the payload, which rpm does not read, become 0. `strict`:
//   group write goes where the group is root.
// - A source package holds what its builder did not make, maybe signed by who did: its files stay
//   as they are. Their owners become root, and modes lose what a umask writes. SPEC, the spec
//   file with macros expanded, has its paths mapped (--map); `strict` drops it.
// - FILESIZES, FILEDIGESTS, SIZE, CLASSDICT, and all sums and sizes of header and payload follow.
//
// All else stays, tags that we do not know too. Packages are left where they are signed (`strip`
// takes signatures off, the room they took goes back to RESERVEDSPACE), of another format, laid out
// as rpm does not do it, or hold something else than cpio (delta packages); where a sum is wrong
// they are damaged.

#include "normalizers/registry.h"
#include "normalizers/rpm/describe.h"
#include "normalizers/rpm/fields.h"
#include "normalizers/rpm/packing.h"
#include "normalizers/verify.h"

namespace normalize {
namespace {

using namespace rpm;

constexpr Field kSignature{"signature", "rpmsign after normalizing"};

/// Of files, by FILEDIGESTALGO: MD5 where nothing is said.
std::string file_digest_algorithm(const Header& header) {
  return digest_name(header.number(tag::kFileDigestAlgo).value_or(1));
}

void check_sums(const Package& package, const Packing& packing) {
  const Content packed = Content::view(packing.packed());
  check(package.header, payload_sums(package.header, packed, Content::view(packing.archive())));
  check(package.signature,
        signature_sums(package.signature, package.header, packed, packing.archive().size()));
}

/// Holds the new archive against the old one with a reader that is not ours.
void verify_members(ByteView before, const NewPayload& payload, const Files& files) {
  std::vector<MemberChange> changes;
  for (const auto& [index, data] : payload.changed)
    changes.emplace_back(files[index].path, quick_digest(data.before), quick_digest(data.after));
  verify_archive(before, payload.archive, changes, Verification::everything);
}

/// Both headers have to be read again as they were written.
void verify_headers(const Package& package) {
  for (const auto& [header, region_tag] : {std::pair(&package.signature, tag::kHeaderSignatures),
                                           std::pair(&package.header, tag::kHeaderImmutable)}) {
    const Bytes written = header->write();
    Reader in(written);
    if (!Header::read(in, region_tag).laid_out() || in.remaining() > 0)
      throw VerifyError("a header does not read as it was written");
  }
}

/// A package that has to be whole, taken apart.
class Work {
 public:
  Work(Package package, const Packing& packing, Context& context)
      : package_(std::move(package)),
        packing_(packing),
        context_(context),
        is_source_(package_.is_source()),
        files_(package_.header, is_source_, context),
        algorithm_(file_digest_algorithm(package_.header)),
        payload_(read_payload(packing.archive(), files_, algorithm_)) {}

  Content normalize() {
    Header& header = package_.header;
    const Rules& rules = context_.rules();
    settle_build(header, context_);
    const auto settled = settle_files(header, files_, is_source_, context_);
    const NewPayload payload =
        write_payload(payload_, files_, settled, algorithm_, !is_source_, context_);
    if (rules.verify) verify_members(packing_.archive(), payload, files_);
    follow_data(header, payload.changed, files_, context_);

    const Content packed = packing_.pack(payload.archive, rules.recompression());
    if (rules.recompression() == Recompress::canonical)
      settle_payload_flags(header, packing_.default_flags(), context_);
    follow_sums(header, payload_sums(header, packed, payload.archive), context_);
    follow_sums(package_.signature,
                signature_sums(package_.signature, header, packed, payload.archive.size()),
                context_);
    if (rules.verify) verify_headers(package_);
    return write_package(package_, packed);
  }

 private:
  Package package_;
  const Packing& packing_;
  Context& context_;
  const bool is_source_;
  const Files files_;
  const std::string algorithm_;
  const Payload payload_;
};

class Rpm final : public Normalizer {
 public:
  std::string_view name() const override { return "rpm"; }
  bool recognizes(const Probe& probe) const override {
    return probe.head.size() >= kLeadBytes && starts_with(probe.head, kLeadMagic);
  }

  Content normalize(ByteView input, Context& context) const override {
    if (const int major = lead_major(input); major != 3)
      return context.leave(input,
                           "of package format " + std::to_string(major) + ", which we do not know");
    Package package = read_package(input);
    if (const std::string why = objection(package); !why.empty()) return context.leave(input, why);
    if (file_digest_algorithm(package.header).empty())
      return context.leave(input, "FILEDIGESTALGO is not known");
    const std::string compressor = package.header.string(tag::kPayloadCompressor).value_or("");
    const Packing packing(package.payload, compressor, input.size() - package.payload.size(),
                          context);
    if (!packing.objection().empty()) return context.leave(input, packing.objection());
    check_sums(package, packing);
    if (const std::string_view by = signed_by(package); !by.empty()) {
      if (context.rules().signed_files != SignedFiles::strip)
        return context.leave_signed(input, by);
      context.changed(kSignature, std::string(by), "");
      strip_signatures(package);
    }
    if (context.rules().noise && context.rules().recompression() == Recompress::keep &&
        !packing.is_reproduced())
      return Content::view(input);
    return Work(std::move(package), packing, context).normalize();
  }

  std::string describe(ByteView input, const Rules&) const override {
    return rpm::describe(read_package(input));
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_rpm() { return std::make_unique<Rpm>(); }

}  // namespace normalize
