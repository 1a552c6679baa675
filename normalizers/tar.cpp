// tar: POSIX ustar and pax ("pax Interchange Format"), GNU ("Basic Tar Format" in GNU tar's
// manual), star, and V7, which has no magic.
//
// An archive tells in which order a folder was read, when, and by whom. Members are sorted by name;
// of a group of hard links the first name becomes the file; mtime is lowered to the epoch, in whole
// seconds; owners become 0 without names; group and other write go (`strict`: 0755 and 0644);
// atime, ctime, device, inode and process numbers go (`strict`: attributes of origin, too); numbers
// are written in one form, the blocks at the end in one number. Kept: names as raw bytes, sparse
// maps, extended attributes, ACLs, all unknown pax records and global comments (git's commit),
// setuid and its kin with the mode they stand in, long-name members, duplicate names in their
// order.
//
// The blocks are read and written here, not by libarchive, whose writer is no canonical form.
// Measured with 3.6.2 on a round trip through its restricted pax format: global headers are dropped
// (`git get-tar-commit-id` then fails), so are unknown pax keys; SELinux labels turn into two other
// records; ACL entries change places; type 7 becomes 0; what follows the first end mark goes; the
// bytes of non-ASCII names depend on the locale; and a file that is one hole makes an archive that
// GNU tar and bsdtar refuse.

#include <map>
#include <numeric>

#include "normalizers/package/package.h"
#include "normalizers/registry.h"
#include "normalizers/tar/entry_writer.h"
#include "normalizers/tar/order.h"

namespace normalize {
namespace {

using tar::Archive;
using tar::Entry;

constexpr Field kOrderField{"order of members", "tar --sort=name"};
constexpr Field kSignatureField{"signature", ""};
constexpr Field kEndField{"end mark and padding", "tar --blocking-factor=20"};
constexpr std::size_t kEndMarkBytes = 2 * tar::kBlockBytes;
constexpr std::size_t kRecordBytes = 20 * tar::kBlockBytes;  // what tar has written since V7

/// The members of one archive, as what stands beside a member.
class Members final : public Neighbours {
 public:
  Members(const Archive& archive, const Rules& rules, bool times_stay,
          const package::Package* package = nullptr)
      : archive_(archive), rules_(rules), times_stay_(times_stay), package_(package) {}

  std::optional<Neighbour> find(std::string_view name) const override {
    const Entry* entry = entry_named(name);
    if (!entry) return std::nullopt;
    if (package_)
      if (const auto times = package_->times(*entry)) return times;
    const std::int64_t after =
        times_stay_ ? entry->mtime : rules_.normal_time(entry->mtime, tar::kMtimeRange);
    return Neighbour{entry->mtime, after};
  }

  std::optional<Bytes> read(std::string_view name) const override {
    const Entry* entry = entry_named(name);
    if (!entry || !entry->is_plain_file()) return std::nullopt;
    WholeSource source(entry->data);
    if (find_normalizer({name, source.head(), source})) return std::nullopt;
    return Bytes(entry->data.begin(), entry->data.end());
  }

 private:
  const Entry* entry_named(std::string_view name) const {
    if (by_name_.empty())  // of several with one name the last is what extracting leaves
      for (const Entry& entry : archive_.entries)
        if (entry.is_file()) by_name_.insert_or_assign(entry.name, &entry);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  const Archive& archive_;
  const Rules& rules_;
  const bool times_stay_;
  const package::Package* const package_;                     // null where there is none
  mutable std::map<std::string_view, const Entry*> by_name_;  // filled when first asked
};

tar::Arrangement as_it_is(const Archive& archive) {
  tar::Arrangement arrangement;
  arrangement.order.resize(archive.entries.size());
  std::iota(arrangement.order.begin(), arrangement.order.end(), std::size_t{0});
  return arrangement;
}

tar::Arrangement settle_order(Archive& archive, Context& context) {
  // Where the parts of a packed archive begin at members, these have to keep their places.
  tar::Arrangement arrangement =
      arrange(archive, context.tracks_places() ? std::nullopt : context.rules().noise);
  if (!arrangement.objection.empty())
    context.note("members keep their order: " + arrangement.objection);
  const std::vector<std::size_t>& order = arrangement.order;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (order[i] != i) {
      context.changed(kOrderField,
                      quoted(archive.entries[i].name) + " at number " + std::to_string(i + 1),
                      quoted(archive.entries[order[i]].name) + " there, sorted by name");
      break;
    }
  return arrangement;
}

/// The new content of members, by number; unset where they stay.
using NewData = std::vector<std::optional<Content>>;

class MemberWork {
 public:
  MemberWork(const Archive& archive, const Members& neighbours, package::Package* package,
             Context& context)
      : archive_(archive), neighbours_(neighbours), package_(package), context_(context) {}

  NewData settle() {
    data_.resize(archive_.entries.size());
    settle_all([this](const Entry& entry) { return !package_ || !package_->is_list(entry); });
    if (package_) settle_all([this](const Entry& entry) { return package_->is_list(entry); });
    return std::move(data_);
  }

 private:
  template <typename Condition>
  void settle_all(Condition condition) {
    for (std::size_t i = 0; i < archive_.entries.size(); ++i) {
      const Entry& entry = archive_.entries[i];
      if (!entry.is_plain_file() || entry.data.empty() || !condition(entry)) continue;
      data_[i] = package_ ? package_->settle(entry, registry_) : registry_(entry);
    }
  }

  std::optional<Content> send(const Entry& entry) {
    WholeSource source(entry.data);
    return context_.member(entry.name, source, {&neighbours_, package_});
  }

  const Archive& archive_;
  const Members& neighbours_;
  package::Package* const package_;
  Context& context_;
  const package::Package::Registry registry_ = [this](const Entry& entry) { return send(entry); };
  NewData data_;
};

/// Two blocks of zeros, and more up to a whole record where the archive was written in records.
void write_ending(Writer& out, const Archive& archive, ByteView input, Context& context) {
  const std::uint64_t start = out.size();
  const std::size_t before = archive.ending.size();
  const bool in_records = input.size() % kRecordBytes == 0 && before >= kEndMarkBytes &&
                          before < kRecordBytes + kEndMarkBytes;
  if (before == 0 || !(in_records || context.rules().strict())) return out.carry(archive.ending);
  out.zeros(kEndMarkBytes);
  out.zeros((kRecordBytes - out.size() % kRecordBytes) % kRecordBytes);
  if (const std::uint64_t after = out.size() - start; after != before)
    context.changed(kEndField, std::to_string(before) + " bytes", std::to_string(after) + " bytes");
}

/// Takes signatures out, or says why the package has to stay.
bool strip(const package::Package& package, Archive& archive, Context& context) {
  if (package.signed_by().empty()) return true;
  if (context.rules().signed_files != SignedFiles::strip) return false;
  const auto count = std::erase_if(archive.entries, [&](const Entry& entry) {
    const bool goes = package.is_signature(entry);
    if (!goes) return false;
    context.changed(kSignatureField, "a member", "", entry.name);
    context.dropped(entry.name);
    return true;
  });
  return count > 0 || package.is_signed_in_list();
}

class Tar final : public Normalizer {
 public:
  std::string_view name() const override { return "tar"; }
  Verification verification() const override { return Verification::everything; }
  bool recognizes(const Probe& probe) const override { return tar::looks_like_tar(probe.head); }

  Content normalize(ByteView input, Context& context) const override {
    Archive archive = tar::read_archive(input, context.rules().limits);
    if (!archive.objection.empty()) return context.leave(input, archive.objection);
    const auto package = package::open_package(archive, context);
    if (package) return normalize_package(input, archive, *package, context);
    if (const std::string why = package::package_objection(archive); !why.empty())
      return context.leave(input, why);
    return normalize_archive(input, archive, context);
  }

 private:
  static Content normalize_package(ByteView input, Archive& archive, package::Package& package,
                                   Context& context) {
    if (!strip(package, archive, context)) return context.leave_signed(input, package.signed_by());
    const Rules& rules = context.rules();
    const Members neighbours(archive, rules, false, &package);
    const NewData data = MemberWork(archive, neighbours, &package, context).settle();
    Writer out;
    const bool settled = package.has_settled_headers();
    const tar::HeaderTerms terms{package.owners(rules), settled ? Profile::safe : rules.profile,
                                 settled};
    tar::EntryWriter writer(out, input, terms, context);
    for (std::size_t i = 0; i < data.size(); ++i) {
      context.placed(archive.entries[i].offset, out.size());
      package.settle_records(archive.entries[i], data[i]);
      writer.write(archive.entries[i], data[i]);
    }
    writer.finish();
    context.placed(input.size() - archive.ending.size(), out.size());
    write_ending(out, archive, input, context);
    return std::move(out).finish();
  }

  static Content normalize_archive(ByteView input, Archive& archive, Context& context) {
    const Rules& rules = context.rules();
    const bool fixed = rules.time_mode == TimeMode::clamp && package::has_fixed_headers(archive);
    const tar::Arrangement arrangement =
        fixed || !rules.sort_members ? as_it_is(archive) : settle_order(archive, context);
    const Members neighbours(archive, rules, fixed);
    const NewData data = MemberWork(archive, neighbours, nullptr, context).settle();
    const bool places_stay = std::ranges::is_sorted(arrangement.order);
    Writer out;
    tar::EntryWriter writer(out, input, {rules.owners, rules.profile}, context);
    for (const std::size_t i : arrangement.order) {
      if (places_stay) context.placed(archive.entries[i].offset, out.size());
      if (fixed)
        writer.write_fixed(archive.entries[i], data[i]);
      else
        writer.write(archive.entries[i], data[i]);
    }
    writer.finish();
    if (places_stay) context.placed(input.size() - archive.ending.size(), out.size());
    if (fixed)
      out.carry(archive.ending);
    else
      write_ending(out, archive, input, context);
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_tar() { return std::make_unique<Tar>(); }

}  // namespace normalize
