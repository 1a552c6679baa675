// cpio: newc and crc (System V Release 4), odc (POSIX.1-1988) and the old binary form in either
// byte order; as cpio(5) of libarchive and Documentation/driver-api/early-userspace/buffer-format
// of Linux have them.
//
// Members are sorted by name; mtime is lowered to the epoch; owners become 0; group and other write
// go (`strict`: 0755 and 0644); inode numbers count from 1 in the order of members, hard links
// keeping one together, and the device that held the files becomes 0. Sums of the crc form are made
// anew with the data. Kept: names as raw bytes, link counts, device nodes.
//
// A file may hold several archives one behind the other, and compressed ones behind those (Linux's
// initramfs: microcode, then the rest): each is normalized in its place.

#include <map>

#include "normalizers/bytes/writer.h"
#include "normalizers/cpio/archive.h"
#include "normalizers/registry.h"
#include "rules/mode.h"
#include "rules/owners.h"

namespace normalize {
namespace {

using cpio::Archive;
using cpio::Entry;
using cpio::Form;
using cpio::Header;

constexpr Field kOrder{"order of members", "find | LC_ALL=C sort | cpio -o"};
constexpr Field kIno{"ino", "cpio -o --renumber-inodes"};
constexpr Field kDev{"dev", "cpio -o --device-independent"};
constexpr Field kMtime{"mtime", ""};
constexpr Field kUid{"uid", "cpio -o -R +0:+0"};
constexpr Field kGid{"gid", "cpio -o -R +0:+0"};
constexpr Field kMode{"mode", "umask 022"};
constexpr TimeRange kMtimeRange{0, 0xffff'ffff};
constexpr std::size_t kBlockBytes = 512, kRecordBytes = 5120;  // what cpio pads a file to

/// The members of one archive, as what stands beside a member.
class Members final : public Neighbours {
 public:
  Members(const Archive& archive, const Rules& rules) : rules_(rules) {
    for (const Entry& entry : archive.entries)  // of several with one name the last counts
      if (entry.is_file()) by_name_.insert_or_assign(entry.name, &entry);
  }

  std::optional<Neighbour> find(std::string_view name) const override {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    const std::int64_t before = found->second->header.mtime;
    return Neighbour{before, rules_.normal_time(before, kMtimeRange)};
  }

  std::optional<Bytes> read(std::string_view name) const override {
    const auto found = by_name_.find(name);
    // Of hard links one name alone carries the data.
    if (found == by_name_.end() || found->second->group != 0) return std::nullopt;
    WholeSource source(found->second->data);
    if (find_normalizer({name, source.head(), source})) return std::nullopt;
    return Bytes(found->second->data.begin(), found->second->data.end());
  }

 private:
  const Rules& rules_;
  std::map<std::string_view, const Entry*> by_name_;
};

/// Numbers the members from 1, with one number for the names of one file.
class Inodes {
 public:
  std::uint32_t number(const Entry& entry) {
    if (entry.group == 0) return next_++;
    const auto [found, is_new] = of_group_.try_emplace(entry.group, next_);
    if (is_new) ++next_;
    return found->second;
  }

 private:
  std::uint32_t next_ = 1;
  std::map<std::size_t, std::uint32_t> of_group_;
};

class ArchiveWriter {
 public:
  ArchiveWriter(Writer& out, const Archive& archive, Context& context)
      : out_(out), archive_(archive), context_(context), members_(archive, context.rules()) {}

  void write() {
    const bool renumber = can_renumber();
    for (const Entry& entry : archive_.entries) {
      Header header = entry.header;
      if (renumber) settle_numbers(header, entry.name, inodes_.number(entry));
      settle_owner_and_time(header, entry.name);
      header.mode = settle_mode(entry);
      write_entry(entry, header, member(entry));
    }
    Header header = archive_.trailer.header;
    settle_numbers(header, archive_.trailer.name, 0);
    settle_owner_and_time(header, archive_.trailer.name);
    write_entry(archive_.trailer, header, std::nullopt);
  }

 private:
  bool can_renumber() {
    const std::uint32_t most = cpio::most_inodes(archive_.trailer.header.form);
    if (archive_.entries.size() <= most) return true;
    context_.note("inode numbers stay: there are more members than numbers");
    return false;
  }

  void settle_numbers(Header& header, std::string_view name, std::uint32_t ino) {
    header.ino = context_.settle(kIno, header.ino, ino, name);
    header.devmajor = context_.settle<std::uint32_t>(kDev, header.devmajor, 0, name);
    header.devminor = context_.settle<std::uint32_t>(kDev, header.devminor, 0, name);
  }

  void settle_owner_and_time(Header& header, std::string_view name) {
    header.uid = settle_owner(kUid, header.uid, name);
    header.gid = settle_owner(kGid, header.gid, name);
    header.mtime =
        static_cast<std::uint32_t>(context_.settle_time(kMtime, header.mtime, kMtimeRange, name));
  }

  std::uint32_t settle_owner(const Field& field, std::uint32_t id, std::string_view name) {
    return context_.settle(field, id,
                           static_cast<std::uint32_t>(normal_owner(id, context_.rules())), name);
  }

  std::uint32_t settle_mode(const Entry& entry) {
    const std::uint32_t before = entry.header.mode, after = normal_mode(before, context_.rules());
    if (before != after) context_.changed(kMode, mode_text(before), mode_text(after), entry.name);
    return after;
  }

  std::optional<Content> member(const Entry& entry) {
    if (!entry.is_file() || entry.data.empty()) return std::nullopt;
    WholeSource source(entry.data);
    return context_.member(entry.name, source, {&members_});
  }

  void write_entry(const Entry& entry, Header header, const std::optional<Content>& changed) {
    if (changed) {
      constexpr std::uint64_t kMost = 0xffff'ffff;
      if (changed->size() > kMost) throw LimitError("a member grows past what filesize can hold");
      header.filesize = changed->size();
      if (header.form == Form::crc) header.check = sum(*changed);
    }
    const std::uint64_t start = out_.size();
    write_header(entry, header);
    out_.bytes(entry.name_field);
    pad(start, header.form);
    if (changed)
      out_.carry(*changed);
    else
      out_.carry(entry.data);
    pad(start, header.form);
  }

  /// What says the same stays as it is spelled, in upper case or lower.
  void write_header(const Entry& entry, const Header& header) {
    const Bytes lower = cpio::header_bytes(header, true), upper = cpio::header_bytes(header, false);
    if (equal(lower, entry.raw_header) || equal(upper, entry.raw_header))
      out_.bytes(entry.raw_header);
    else
      out_.bytes(archive_.lower_case ? lower : upper);
  }

  /// The crc form's check, which is no CRC.
  static std::uint32_t sum(const Content& content) {
    std::uint32_t total = 0;
    for (const Content::Piece& piece : content.pieces())
      for (const std::byte b : piece.bytes) total += std::to_integer<std::uint32_t>(b);
    return total;
  }

  void pad(std::uint64_t start, Form form) {
    const std::size_t alignment = cpio::alignment(form);
    out_.zeros((alignment - (out_.size() - start) % alignment) % alignment);
  }

  Writer& out_;
  const Archive& archive_;
  Context& context_;
  const Members members_;
  Inodes inodes_;
};

void settle_order(Archive& archive, Context& context) {
  std::vector<std::string_view> before;
  for (const Entry& entry : archive.entries) before.push_back(entry.name);
  const std::string objection = sort_members(archive, context.rules().noise);
  if (!objection.empty()) context.note("members keep their order: " + objection);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i] != archive.entries[i].name) {
      const std::string place = "\" at number " + std::to_string(i + 1);
      return context.changed(kOrder, "\"" + std::string(before[i]) + place,
                             "\"" + std::string(archive.entries[i].name) + place);
    }
}

/// Zeros behind an archive, up to a block or record where they were so.
void write_padding(Writer& out, const Reader& in, ByteView zeros) {
  const std::size_t end = in.offset(), start = end - zeros.size();
  if (out.size() == start) return out.carry(zeros);
  const std::size_t unit = end % kRecordBytes == 0 && zeros.size() >= kBlockBytes ? kRecordBytes
                           : end % kBlockBytes == 0                               ? kBlockBytes
                                                                                  : 4;
  if (!zeros.empty()) out.zeros((unit - out.size() % unit) % unit);
}

ByteView take_zeros(Reader& in) {
  const ByteView rest = in.rest();
  const auto end = std::ranges::find_if(rest, [](std::byte b) { return b != std::byte{0}; });
  return in.take(static_cast<std::size_t>(end - rest.begin()), "padding");
}

class Cpio final : public Normalizer {
 public:
  std::string_view name() const override { return "cpio"; }
  Verification verification() const override { return Verification::everything; }
  bool recognizes(const Probe& probe) const override { return cpio::starts_header(probe.head); }

  Content normalize(ByteView input, Context& context) const override {
    Reader in(input);
    Writer out;
    for (int segment = 1; in.remaining() > 0; ++segment) {
      if (!cpio::starts_header(in.rest())) {
        write_packed(out, in.rest(), segment, context);
        break;
      }
      Archive archive = cpio::read_archive(in, context.rules().limits);
      if (context.rules().sort_members) settle_order(archive, context);
      ArchiveWriter(out, archive, context).write();
      const ByteView zeros = take_zeros(in);
      write_padding(out, in, zeros);
    }
    return std::move(out).finish();
  }

 private:
  /// What stands behind the archives and is none: a compressed one, or somebody's own.
  static void write_packed(Writer& out, ByteView rest, int segment, Context& context) {
    WholeSource source(rest);
    const std::string name = "segment " + std::to_string(segment);
    if (!context.claims(name, source))
      context.note(std::to_string(rest.size()) + " bytes behind the trailer; kept");
    const std::optional<Content> changed = context.member(name, source);
    out.carry(changed ? *changed : Content::view(rest));
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_cpio() { return std::make_unique<Cpio>(); }

}  // namespace normalize
