#include "normalizers/tar/header_rewriter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "rules/format_time.h"
#include "rules/owners.h"

namespace normalize::tar {
namespace {

constexpr Field kModeField{"mode", "tar --mode=go-w"};
constexpr Field kMtimeField{"mtime", "tar --mtime=@$SOURCE_DATE_EPOCH --clamp-mtime"};
constexpr Field kOwnerField{"uid, gid, uname, gname", "tar --owner=0 --group=0 --numeric-owner"};
constexpr Field kDeviceField{"devmajor, devminor", ""};
constexpr Field kAccessField{"atime, ctime", ""};
constexpr Field kExtensionField{"mode, owner and time of the pax header", ""};

constexpr std::string_view kDevices = "34";
constexpr std::int64_t kPermissions = 0777, kOthersWrite = 022, kExecute = 0111, kSpecial = 07000,
                       kSetId = 06000;

std::string octal(std::int64_t value) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, 8).ptr;
  return {text.data(), end};
}

std::string number_text(ByteView block, Slot slot) {
  const auto value = number_of(block, slot);
  return value ? std::to_string(*value) : "?";
}

/// "1000:1000 alice:users", without the names where there are none.
std::string owner_text(ByteView block) {
  std::string text = number_text(block, kUid) + ":" + number_text(block, kGid);
  if (dialect_of(block) == Dialect::v7) return text;
  const std::string_view user = text_of(block, kUname), group = text_of(block, kGname);
  if (user.empty() && group.empty()) return text;
  return text + " " + std::string(user) + ":" + std::string(group);
}

/// Mode, owner and time.
std::string stat_text(ByteView block) {
  return octal(number_of(block, kMode).value_or(0)) + " " + owner_text(block) + " " +
         format_time(number_of(block, kMtime).value_or(0));
}

std::int64_t owner_of(const Entry& entry, std::string_view key, Slot slot) {
  const auto record = find_record(entry.records, key);
  const auto large = record ? size_of(*record) : std::nullopt;
  return large ? static_cast<std::int64_t>(*large) : number_of(entry.header, slot).value_or(0);
}

}  // namespace

Stat stat_of(const Entry& entry) {
  return {number_of(entry.header, kMode).value_or(0), owner_of(entry, "uid", kUid),
          owner_of(entry, "gid", kGid), entry.mtime};
}

Stat normal_stat(const Entry& entry, Owners owners, const Rules& rules) {
  Stat stat = stat_of(entry);
  stat.mode = normal_mode(entry, stat.mode, rules.profile);
  stat.mtime = rules.normal_time(stat.mtime, kMtimeRange);
  if (owner_matters(entry)) return stat;
  stat.uid = normal_owner(stat.uid, owners);
  stat.gid = normal_owner(stat.gid, owners);
  return stat;
}

std::int64_t normal_mode(const Entry& entry, std::int64_t mode, Profile profile) {
  const bool symbolic_link = entry.type == '2', strict = profile == Profile::strict;
  if (kDevices.find(entry.type) != std::string_view::npos) return mode;
  if ((mode & kSpecial) != 0) return strict ? mode & (kSpecial | kPermissions) : mode;
  if (!strict) return symbolic_link ? mode : mode & ~kOthersWrite;
  if (symbolic_link) return 0777;
  return entry.is_folder() || (mode & kExecute) != 0 ? 0755 : 0644;
}

bool owner_matters(const Entry& entry) {
  return (number_of(entry.header, kMode).value_or(0) & kSetId) != 0 &&
         (number_of(entry.header, kUid) != 0 || number_of(entry.header, kGid) != 0);
}

void HeaderRewriter::settle_member() {
  settle_mode();
  const std::int64_t mtime =
      context_.settle_time(kMtimeField, entry_.mtime, kMtimeRange, entry_.name);
  mtime_changed_ = mtime != entry_.mtime;
  put(kMtime, mtime);
  settle_owner();
  settle_device();
  settle_access_times();
  settle_texts();
}

void HeaderRewriter::settle_mode() {
  const std::int64_t before = number_of(block_, kMode).value_or(0);
  const std::int64_t after = normal_mode(entry_, before, terms_.modes);
  if (before != after) context_.changed(kModeField, octal(before), octal(after), entry_.name);
  put(kMode, after);
}

void HeaderRewriter::settle_owner() {
  if (owner_matters(entry_))
    return context_.note("a set-ID bit makes its owner matter: " + owner_text(block_) + " stays",
                         entry_.name);
  const std::string before = owner_text(block_);
  settle_owner(kUid, kUname);
  settle_owner(kGid, kGname);
  const std::string after = owner_text(block_);
  if (before != after) context_.changed(kOwnerField, before, after, entry_.name);
}

void HeaderRewriter::settle_owner(Slot id, Slot name) {
  const std::int64_t before = number_of(block_, id).value_or(0);
  put(id, normal_owner(before, terms_.owners));
  if (dialect_of(block_) == Dialect::v7) return;
  const std::string old_name(text_of(block_, name));
  const std::string_view new_name = normal_owner_name(old_name, before, terms_.owners);
  if (old_name != new_name) put_text(block_, name, new_name);
}

void HeaderRewriter::settle_device() {
  if (dialect_of(block_) == Dialect::v7) return;
  const bool device = entry_.type == '3' || entry_.type == '4';
  const std::string before = number_text(block_, kDevmajor) + ":" + number_text(block_, kDevminor);
  for (const Slot slot : {kDevmajor, kDevminor}) {
    if (is_zero(field_of(block_, slot))) continue;  // as GNU tar leaves them
    put(slot, device ? number_of(block_, slot).value_or(0) : 0);
  }
  if (!device && before != "0:0") context_.changed(kDeviceField, before, "0:0", entry_.name);
}

void HeaderRewriter::settle_access_times() {
  const Dialect dialect = dialect_of(block_);
  if (dialect != Dialect::gnu && dialect != Dialect::star) return;
  const bool gnu = dialect == Dialect::gnu;
  const Slot atime = gnu ? kGnuAtime : kStarAtime, ctime = gnu ? kGnuCtime : kStarCtime;
  const std::string before = number_text(block_, atime) + ", " + number_text(block_, ctime);
  if (before == "0, 0") return;
  // star knows its own archives by the digits in these two.
  for (const Slot slot : {atime, ctime}) put_text(block_, slot, gnu ? "" : "00000000000 ");
  context_.changed(kAccessField, before, "0, 0", entry_.name);
}

/// Clears what an earlier text has left behind the NUL.
void HeaderRewriter::settle_texts() {
  const auto clear = [&](Slot slot) {
    const std::string text(text_of(block_, slot));
    if (is_zero(field_of(block_, slot).subspan(text.size()))) return;
    put_text(block_, slot, text);
    restyling_.padding = true;
  };
  clear(kName);
  clear(kLinkname);
  if (dialect_of(block_) == Dialect::ustar) clear(kPrefix);
  if (dialect_of(block_) == Dialect::v7) return;
  clear(kUname);
  clear(kGname);
}

void HeaderRewriter::settle_extension() {
  const std::string before = stat_text(block_);
  put(kMode, number_of(block_, kMode).value_or(0) & ~kOthersWrite);
  put(kUid, 0);
  put(kGid, 0);
  const std::int64_t mtime = number_of(block_, kMtime).value_or(0);
  put(kMtime, context_.rules().normal_time(mtime, kMtimeRange));
  put_text(block_, kUname, "");
  put_text(block_, kGname, "");
  for (const Slot slot : {kDevmajor, kDevminor})
    if (!is_zero(field_of(block_, slot))) put(slot, 0);
  settle_texts();
  const std::string after = stat_text(block_);
  if (before != after) context_.changed(kExtensionField, before, after, entry_.name);
}

void HeaderRewriter::make_extended() {
  put_text(block_, kTypeflag, "x");
  put_text(block_, kLinkname, "");
}

void HeaderRewriter::rename(const Field& field, const std::string& name) {
  const std::string before = name_of(block_);
  if (before == name) return;
  put_text(block_, kPrefix, "");
  put_text(block_, kName, std::string_view(name).substr(0, kName.length));
  const std::string after = name_of(block_);
  if (before != after) context_.changed(field, before, after, entry_.name);
}

/// Writes the number in the one form we have for it.
void HeaderRewriter::put(Slot slot, std::int64_t value) {
  if (number_of(block_, slot) != value) return put_number(block_, slot, value);
  if (terms_.keeps_style) return;
  const auto start = block_.begin() + static_cast<std::ptrdiff_t>(slot.offset);
  std::array<std::byte, kSize.length> before{};
  std::copy_n(start, slot.length, before.begin());
  put_number(block_, slot, value);
  if (!std::equal(start, start + static_cast<std::ptrdiff_t>(slot.length), before.begin()))
    restyling_.numbers = true;
}

const Bytes& HeaderRewriter::finish() {
  put_checksum(block_);
  if (terms_.keeps_style) {
    const bool seven_digits = as_text(field_of(header_, kChksum))[6] != '\0';  // not six
    if (seven_digits) put_number(block_, kChksum, number_of(block_, kChksum).value_or(0));
    return block_;
  }
  const bool same_sum = number_of(header_, kChksum) == number_of(block_, kChksum);
  if (same_sum && !equal(field_of(header_, kChksum), field_of(block_, kChksum)))
    restyling_.numbers = true;
  return block_;
}

}  // namespace normalize::tar
