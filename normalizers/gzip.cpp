// gzip, RFC 1952. A file is one member or several, end to end. The header tells when, where and
// from what the file was packed: MTIME is lowered to the epoch, FNAME dropped (gzip -n), OS set to
// Unix (in `safe` where it says anything at all), FHCRC recomputed. `strict` drops what writers
// choose and no reader acts on: XFL, FTEXT, FHCRC, FCOMMENT, and of FEXTRA what tells file types.
// What the members unpack to is normalized as one file; compressed data is carried over byte for
// byte unless that changed or the rules want it packed anew.

#include <array>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "normalizers/gzip/extra.h"
#include "normalizers/package/alpine.h"
#include "normalizers/packed.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::array kMagic{std::byte{0x1f}, std::byte{0x8b}, std::byte{8}};  // ID1, ID2, CM
constexpr std::uint8_t kFtext = 1 << 0, kFhcrc = 1 << 1, kFextra = 1 << 2, kFname = 1 << 3,
                       kFcomment = 1 << 4;
constexpr std::uint8_t kReserved = 0xe0;
constexpr std::uint8_t kBest = 2, kFastest = 4;    // XFL
constexpr std::uint8_t kUnix = 3, kUnknown = 255;  // OS
constexpr TimeRange kMtimeRange{0, 0xffff'ffff};
/// What signify(1) writes in front of a signature; pkg_sign puts it into FCOMMENT.
constexpr std::string_view kSignify = "untrusted comment:";

constexpr Field kMtime{"MTIME", "gzip -n"};
constexpr Field kName{"FNAME", "gzip -n"};
constexpr Field kComment{"FCOMMENT", ""};
constexpr Field kSignature{"FCOMMENT, a signature", ""};
constexpr Field kMemberSignature{"signature", ""};
constexpr Field kExtra{"FEXTRA", ""};
constexpr Field kText{"FTEXT", ""};
constexpr Field kHeaderCrc{"FHCRC", ""};
constexpr Field kOs{"OS", ""};
constexpr Field kXfl{"XFL", ""};

/// Section 2.3: one member, taken apart.
struct Member {
  std::uint8_t flags = 0, xfl = 0, os = 0;
  std::uint32_t mtime = 0;
  ByteView extra, name, comment;  // as they stand: length or NUL included
  ByteView whole;                 // header, data and sums
  Bytes own_extra;                // what `extra` views where it is not the file's
  ByteView data;                  // the deflate stream
  std::size_t payload_bytes = 0;
  ByteView payload;      // once all members are unpacked
  DeflateRecipe likely;  // by which the payload became the data
};

/// Unpacks the member's data to the end of `payloads`.
Member read_member(Reader& in, Context& context, std::uint64_t likely_size, Buffer& payloads) {
  const ByteView from_header = in.rest();
  Member member;
  in.expect(kMagic, "magic");
  member.flags = in.byte("FLG");
  if (member.flags & kReserved) in.fail("FLG has reserved bits set");
  member.mtime = in.little_endian<std::uint32_t>("MTIME");
  member.xfl = in.byte("XFL");
  member.os = in.byte("OS");
  if (member.flags & kFextra) {
    const auto from_length = in.rest();
    const auto length = in.little_endian<std::uint16_t>("XLEN");
    in.take(length, "extra field");
    member.extra = from_length.first(std::size_t{2} + length);
  }
  if (member.flags & kFname) member.name = in.zero_terminated("FNAME");
  if (member.flags & kFcomment) member.comment = in.zero_terminated("FCOMMENT");
  if (member.flags & kFhcrc) {
    const std::uint32_t crc = crc32(from_header.first(from_header.size() - in.remaining()));
    if (in.little_endian<std::uint16_t>("header CRC") != (crc & 0xffff))
      in.fail("header CRC does not match the header");
  }

  const std::size_t start = payloads.size();
  const std::size_t stream_bytes =
      inflate(in.rest(), likely_size, context.expansion_left(), in.offset(), payloads);
  const ByteView payload = ByteView(payloads).subspan(start);
  // What is kept of a member counts too: a file may hold millions without any payload.
  context.spend(payload.size() + sizeof(Member));
  member.data = in.take(stream_bytes, "compressed data");
  member.payload_bytes = payload.size();
  if (in.little_endian<std::uint32_t>("CRC32") != crc32(Content::view(payload)))
    in.fail("CRC32 does not match the data");
  if (in.little_endian<std::uint32_t>("ISIZE") != static_cast<std::uint32_t>(payload.size()))
    in.fail("ISIZE does not match the data");
  member.whole = from_header.first(from_header.size() - in.remaining());
  return member;
}

std::string printable(ByteView zero_terminated) {
  return std::string(as_text(zero_terminated.first(zero_terminated.size() - 1)));
}

void strip_comment(Member& member, Context& context) {
  context.changed(kSignature, printable(member.comment), "");
  member.comment = {};
  member.flags &= static_cast<std::uint8_t>(~kFcomment);
}

void strip_extra(Member& member, Context& context) {
  if (!(member.flags & kFextra)) return;
  const Bytes needed = gzip::needed_subfields(member.extra.subspan(2));
  if (needed.size() + 2 == member.extra.size() && !needed.empty()) return;
  context.changed(kExtra, std::to_string(member.extra.size() - 2) + " bytes",
                  std::to_string(needed.size()) + " bytes");
  member.extra = {};
  if (needed.empty()) {
    member.flags &= static_cast<std::uint8_t>(~kFextra);
    return;
  }
  member.own_extra = {static_cast<std::byte>(needed.size() & 0xff),
                      static_cast<std::byte>(needed.size() >> 8)};
  member.own_extra.insert(member.own_extra.end(), needed.begin(), needed.end());
  member.extra = member.own_extra;
}

/// The size that a file of one member ends with, and as good a guess as any for the others.
std::uint64_t declared_size(ByteView input) {
  return input.size() < 18 ? 0 : Reader(input.last(4)).little_endian<std::uint32_t>("ISIZE");
}

/// Programs that write what they run on say Unix nearly everywhere; others never say.
std::uint8_t normal_os(std::uint8_t os, const Rules& rules) {
  return os == kUnknown && !rules.strict() ? os : kUnix;
}

void write_header(Writer& out, const Member& member, Context& context) {
  const std::uint64_t start = out.size();
  out.bytes(kMagic);
  const bool strict = context.rules().strict();
  const int dropped = strict ? kFtext | kFhcrc | kFname | kFcomment : kFname;
  const auto flags = static_cast<std::uint8_t>(member.flags & ~dropped);
  out.byte(flags);
  // Section 2.3: 0 says that there is no time, and so there is none to set.
  out.little_endian(static_cast<std::uint32_t>(
      member.mtime == 0 ? 0 : context.settle_time(kMtime, member.mtime, kMtimeRange)));
  // XFL tells the compressor's level, which the compressed data tells anyway.
  out.byte(strict ? context.settle<std::uint8_t>(kXfl, member.xfl, 0) : member.xfl);
  out.byte(context.settle(kOs, member.os, normal_os(member.os, context.rules())));
  out.bytes(member.extra);
  if (!member.name.empty()) context.changed(kName, printable(member.name), "");
  if (!strict) out.bytes(member.comment);
  if (strict && !member.comment.empty()) context.changed(kComment, printable(member.comment), "");
  if (strict && member.flags & kFtext) context.changed(kText, "1", "0");
  if (strict && member.flags & kFhcrc) context.changed(kHeaderCrc, "present", "");
  if (flags & kFhcrc)  // covers what has just changed: section 2.3.1
    out.little_endian(static_cast<std::uint16_t>(crc32(out.written_since(start)) & 0xffff));
}

/// The tar archive of pkg_create of OpenBSD: other systems' lists do not begin with the name.
bool is_openbsd_package(ByteView tar) {
  constexpr std::size_t kHeaderBytes = 512;
  return starts_with(tar, "+CONTENTS") && tar.size() > kHeaderBytes &&
         starts_with(tar.subspan(kHeaderBytes), "@name ");
}

/// The recipe to try first. Of two builds' members the smaller may look as if packed by another
/// recipe, too: what the packer is known to use has to win.
DeflateRecipe likely_recipe(const Member& member, bool openbsd_package) {
  if (openbsd_package) return {6, 9};  // of Perl's IO::Compress
  return {member.xfl == kBest ? 9 : member.xfl == kFastest ? 1 : 6, 8};
}

/// The member's share of the new payload, packed as the old one was.
Buffer repack(const Member& member, const Content& payload) {
  return deflate(
      payload,
      find_deflate_recipe(member.payload, member.data, member.likely).value_or(member.likely));
}

/// Whether what packed the member can be told from it, so that other payload may come packed
/// likewise.
bool is_reproduced(const Member& member) {
  return repack(member, Content::view(member.payload)) == member.data;
}

/// The member's deflate stream for its share of the payload, as the rules ask for it.
Content encode(const Member& member, const Content& share, Recompress recompress) {
  if (recompress == Recompress::canonical) return Content::own(deflate(share, {}));
  if (recompress == Recompress::store) return Content::own(store_deflated(share));
  if (share == member.payload) return Content::view(member.data);
  return Content::own(repack(member, share));
}

void write_data(Writer& out, const Member& member, const Content& share, Recompress recompress,
                Context& context) {
  const Content packed = encode(member, share, recompress);
  if (!(packed == member.data)) say_packed_again(member.data.size(), packed.size(), context);
  out.carry(packed);
  out.little_endian(crc32(share));
  out.little_endian(static_cast<std::uint32_t>(share.size()));
}

constexpr PackedSuffix kSuffixes[] = {
    {".tgz", ".tar"}, {".svgz", ".svg"}, {".wmz", ".wm"}, {".emz", ".em"}, {".gz", ""}};

/// The name of Alpine's signature in front of a package or an index (apk v2), which covers the next
/// member as it is packed; empty where there is none.
std::string alpine_signature(const std::vector<Member>& members) {
  if (members.size() < 2) return {};
  const std::string name = package::first_member(members.front().payload);
  return name.starts_with(".SIGN.") ? name : "";
}

bool is_alpine_package(const std::vector<Member>& members) {
  return members.size() > 1 && package::first_member(members.front().payload) == ".PKGINFO";
}

void share_out(ByteView payloads, std::vector<Member>& members) {
  for (Member& member : members) {
    member.payload = payloads.first(member.payload_bytes);
    payloads = payloads.subspan(member.payload_bytes);
  }
}

class Gzip final : public Normalizer {
 public:
  std::string_view name() const override { return "gzip"; }
  bool recognizes(const Probe& probe) const override { return starts_with(probe.head, kMagic); }

  Content normalize(ByteView input, Context& context) const override {
    Reader in(input);
    std::vector<Member> members;
    Buffer payloads;
    do {
      members.push_back(read_member(in, context, declared_size(input), payloads));
      if (!as_text(members.back().comment).starts_with(kSignify)) continue;
      if (context.rules().signed_files != SignedFiles::strip)
        return context.leave_signed(input, "signify, in FCOMMENT");
      strip_comment(members.back(), context);
    } while (starts_with(in.rest(), kMagic));
    share_out(payloads, members);
    const bool openbsd_package = is_openbsd_package(members.front().payload);
    for (Member& member : members) member.likely = likely_recipe(member, openbsd_package);
    ByteView payload = payloads;
    for (std::string name; !(name = alpine_signature(members)).empty();) {
      if (context.rules().signed_files != SignedFiles::strip)
        return context.leave_signed(input, name);
      context.changed(kMemberSignature, name, "");
      payload = payload.subspan(members.front().payload_bytes);
      members.erase(members.begin());
    }
    if (context.rules().noise && context.rules().recompression() == Recompress::keep &&
        !std::ranges::all_of(members, is_reproduced))
      return Content::view(input);
    if (is_alpine_package(members)) {
      if (members.size() == 2 && in.remaining() == 0) return write_alpine(members, context);
      return context.leave(input, "an Alpine package in other than two or three gzip members");
    }
    if (std::ranges::any_of(in.rest(), [](std::byte b) { return b != std::byte{0}; }))
      context.note(std::to_string(in.remaining()) + " bytes behind the last member; kept");
    if (context.rules().strict())
      for (Member& member : members) strip_extra(member, context);

    Writer out;
    write_members(out, payload, members, context);
    out.carry(in.rest());
    return std::move(out).finish();
  }

 private:
  static Content write_alpine(const std::vector<Member>& members, Context& context) {
    const Member &control = members.front(), &data = members.back();
    const Recompress recompress = context.rules().recompression();
    package::AlpinePackage package(control.payload, data.payload, data.whole, context);
    const auto write = [&](const Member& member, const Content& payload) {
      Writer out;
      write_header(out, member, context);
      write_data(out, member, payload, recompress, context);
      return std::move(out).finish();
    };
    const Content packed_data = write(data, package.settle_data());
    Content whole = write(control, package.settle_control(packed_data));
    whole.append(packed_data);
    return whole;
  }

  static void write_members(Writer& out, ByteView payload, const std::vector<Member>& members,
                            Context& context) {
    WholeSource source(payload);
    // BGZF and dictzip keep the sizes of compressed chunks in FEXTRA, so those have to stay.
    const bool indexed =
        std::ranges::any_of(members, [](const Member& member) { return !member.extra.empty(); });
    const std::vector<Content> shares = indexed ? keep_payload(source, members, context)
                                                : normalize_payload(source, members, context);
    const Recompress recompress = indexed ? Recompress::keep : context.rules().recompression();
    for (std::size_t i = 0; i < shares.size(); ++i) {
      write_header(out, members[i], context);
      write_data(out, members[i], shares[i], recompress, context);
    }
  }

  static std::vector<Content> normalize_payload(Source& source, const std::vector<Member>& members,
                                                Context& context) {
    std::vector<std::size_t> part_bytes;
    part_bytes.reserve(members.size());
    for (const Member& member : members) part_bytes.push_back(member.payload.size());
    return normalize_parts(payload_name(context.name(), kSuffixes), source, part_bytes, context);
  }

  static std::vector<Content> keep_payload(Source& source, const std::vector<Member>& members,
                                           Context& context) {
    if (context.claims(payload_name(context.name(), kSuffixes), source))
      context.note(
          "an extra field may index the compressed data, so what it unpacks to is left as it was");
    std::vector<Content> shares;
    shares.reserve(members.size());
    for (const Member& member : members) shares.push_back(Content::view(member.payload));
    return shares;
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_gzip() { return std::make_unique<Gzip>(); }

}  // namespace normalize
