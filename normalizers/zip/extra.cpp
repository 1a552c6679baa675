// Extra fields: section 4.5, and Info-ZIP's extrafld.txt (proginfo/ of its sources) for those of
// third parties. Each that holds a time keeps the time of last modification alone, clamped: access
// and creation are when the build read and made the file. Owners go: unzip looks at them under -X
// only, and without them `zip` and `zip -X` meet. `strict` drops times altogether, since the DOS
// time tells them, and what no reader is known to need; otherwise what we do not know stays.

#include "normalizers/zip/extra.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/zip/findings.h"
#include "normalizers/zip/needed_fields.h"
#include "rules/format_time.h"
#include "rules/mode.h"

namespace normalize::zip {
namespace {

constexpr std::uint8_t kHasModTime = 1, kHasAccessTime = 2, kHasCreationTime = 4;  // of UT
constexpr std::int64_t kTicksPerSecond = 10'000'000;  // NTFS counts 100 ns
constexpr std::int64_t kNtfsEpoch = 11'644'473'600;   // from 1601-01-01 to 1970-01-01
constexpr std::size_t kPkwareFixedBytes = 12, kAsiFixedBytes = 14, kAsiCrcBytes = 4;
constexpr std::uint16_t kNtfsTimesTag = 1;

constexpr Field kUtModTime{"UT ModTime", "touch -d @$SOURCE_DATE_EPOCH, or zip -X"};
constexpr Field kUtOtherTime{"UT AcTime, CrTime", "zip -X"};
constexpr Field kUxTimes{"UX AcTime, ModTime", "zip -X"};
constexpr Field kNtfsTimes{"NTFS Mtime, Atime, Ctime", "7z -mtm=off -mta=off -mtc=off"};
constexpr Field kPkwareUnix{"Unix Atime, Mtime, Uid, Gid", ""};
constexpr Field kOwner{"Unix UID, GID", "zip -X"};
constexpr Field kAsiOwner{"ASi Unix UID, GID", ""};
constexpr Field kAsiMode{"ASi Unix Mode", "umask 022"};
constexpr Field kTimeField{"extra field of times", "zip -X"};
constexpr Field kUnneeded{"extra field", ""};
constexpr Field kZip64Place{"place of the zip64 field", ""};

std::uint32_t u32(ByteView bytes, std::size_t at) {
  return Reader(bytes.subspan(at)).little_endian<std::uint32_t>("extra field");
}
std::uint16_t u16(ByteView bytes, std::size_t at) {
  return Reader(bytes.subspan(at)).little_endian<std::uint16_t>("extra field");
}
std::int64_t unix_time(ByteView bytes, std::size_t at) {
  return static_cast<std::int32_t>(u32(bytes, at));
}

template <std::unsigned_integral T>
void put(Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<std::byte>(value >> (8 * i)));
}
void put(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// The 24 bytes of times within an NTFS field's data, whose attributes follow four reserved bytes.
std::optional<std::size_t> ntfs_times_at(ByteView data) {
  if (data.size() < 4) return std::nullopt;
  std::size_t at = 4;
  while (data.size() - at >= 4) {
    const std::size_t size = u16(data, at + 2);
    if (size > data.size() - at - 4) return std::nullopt;
    if (u16(data, at) == kNtfsTimesTag) return size == 24 ? std::optional(at + 4) : std::nullopt;
    at += 4 + size;
  }
  return std::nullopt;
}

std::uint64_t ntfs_ticks(ByteView data, std::size_t at) {
  return Reader(data.subspan(at)).little_endian<std::uint64_t>("NTFS time");
}

std::int64_t ntfs_seconds(ByteView data, std::size_t at) {
  return static_cast<std::int64_t>(ntfs_ticks(data, at) / kTicksPerSecond) - kNtfsEpoch;
}

std::optional<std::int64_t> utc_time(const ExtraField& field) {
  const ByteView data = field.data;
  switch (field.id) {
    case kTimestampId:
      if (data.size() >= 5 && std::to_integer<unsigned>(data[0]) & kHasModTime)
        return unix_time(data, 1);
      return std::nullopt;
    case kOldUnixId:
    case kPkwareUnixId:
      if (data.size() >= 8) return unix_time(data, 4);
      return std::nullopt;
    case kNtfsId:
      if (const auto at = ntfs_times_at(data)) return ntfs_seconds(data, *at);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string owner_text(std::uint64_t uid, std::uint64_t gid) {
  return std::to_string(uid) + ", " + std::to_string(gid);
}

/// Info-ZIP's "new Unix" field: a version, then both numbers with a length in front of each.
std::string new_unix_owner(ByteView data) {
  Reader in(data);
  const auto number = [&] {
    const std::size_t size = in.remaining() > 0 ? in.byte("size") : 0;
    std::uint64_t value = 0;
    const ByteView digits = in.take(std::min(size, in.remaining()), "number");
    for (std::size_t i = 0; i < std::min<std::size_t>(digits.size(), 8); ++i)
      value |= std::to_integer<std::uint64_t>(digits[i]) << (8 * i);
    return value;
  };
  if (in.remaining() > 0) in.byte("version");
  const std::uint64_t uid = number();
  return owner_text(uid, number());
}

/// Builds the normal form of one extra area of one entry.
class Rewrite {
 public:
  Rewrite(bool local, const ExtraPlan& plan, const Rules& rules, EntryFindings& findings)
      : local_(local), plan_(plan), rules_(rules), findings_(findings) {}

  Bytes area(ByteView extra) {
    ExtraFields fields(extra);
    ExtraField field;
    for (bool first = true; fields.next(field); first = false) rewrite(field, first);
    const bool padding = local_ && is_all_zeros(fields.rest());
    if (!(padding && plan_.drop_padding)) put(out_, fields.rest());
    return std::move(out_);
  }

 private:
  void rewrite(const ExtraField& field, bool first) {
    switch (field.id) {
      case kZip64Id:
        if (!first) findings_.changed(kZip64Place, "behind others", "first");
        return;
      case kTimestampId:
        return timestamp(field);
      case kOldUnixId:
        return old_unix(field);
      case kUnixOwnerId:
        return owner(field);
      case kNewUnixId:
        return findings_.changed(kOwner, new_unix_owner(field.data), "");
      case kNtfsId:
        return ntfs(field);
      case kPkwareUnixId:
        return pkware_unix(field);
      case kAsiUnixId:
        return asi_unix(field);
      case kApkAlignmentId:
      case kPyTorchPaddingId:
        if (local_ && plan_.drop_padding) return;
        break;
      default:
        if (rules_.strict() && !is_needed(field.id)) return drop(field);
        break;
    }
    put(out_, field.whole);
  }

  void drop(const ExtraField& field) {
    std::array<char, 8> id{};
    const auto end = std::to_chars(id.data(), id.data() + id.size(), field.id, 16).ptr;
    findings_.changed(
        kUnneeded,
        "0x" + std::string(id.data(), end) + ", " + std::to_string(field.data.size()) + " bytes",
        "");
  }

  void head(std::uint16_t id, std::size_t size) {
    put(out_, id);
    put(out_, static_cast<std::uint16_t>(size));
  }

  /// In `strict`, a field that holds but times goes, and the DOS time alone tells them.
  bool drops(const ExtraField& field) {
    if (!rules_.strict()) return false;
    const auto time = utc_time(field);
    findings_.changed(kTimeField, time ? format_time(*time) : "present", "");
    return true;
  }

  void time_changed(const Field& field, std::int64_t before, std::int64_t after) {
    if (before != after) findings_.changed(field, format_time(before), format_time(after));
  }

  /// 0x5455. The local copy holds the times that the flags name, the central one ModTime at most.
  void timestamp(const ExtraField& field) {
    if (field.data.empty()) return put(out_, field.whole);
    if (drops(field)) return;
    const auto flags = std::to_integer<std::uint8_t>(field.data[0]);
    const auto before = utc_time(field);
    const bool keeps = flags & kHasModTime && (before || !local_);
    const bool drops_more = !keeps || (flags & (kHasAccessTime | kHasCreationTime)) ||
                            field.data.size() > (before ? 5U : 1U);
    if (drops_more && (local_ || !findings_.has(kUtOtherTime)))
      findings_.changed(kUtOtherTime, other_times(field.data, before ? 5 : 1), "");
    if (!keeps) return;
    head(kTimestampId, before ? 5 : 1);
    out_.push_back(std::byte{kHasModTime});
    if (!before) return;
    time_changed(kUtModTime, *before, plan_.time);
    put(out_, static_cast<std::uint32_t>(plan_.time));
  }

  static std::string other_times(ByteView data, std::size_t at) {
    std::string text;
    for (; data.size() >= at + 4; at += 4)
      text += (text.empty() ? "" : ", ") + format_time(unix_time(data, at));
    return text.empty() ? "named" : text;
  }

  /// 0x5855: AcTime, ModTime, and in the local copy UID and GID.
  void old_unix(const ExtraField& field) {
    if (field.data.size() < 8) return put(out_, field.whole);
    if (drops(field)) return;
    head(kOldUnixId, 8);
    for (const std::size_t at : {0U, 4U}) {
      time_changed(kUxTimes, unix_time(field.data, at), plan_.time);
      put(out_, static_cast<std::uint32_t>(plan_.time));
    }
    if (field.data.size() >= 12)
      findings_.changed(kOwner, owner_text(u16(field.data, 8), u16(field.data, 10)), "");
  }

  /// 0x7855: UID and GID in the local copy, nothing in the central one.
  void owner(const ExtraField& field) {
    findings_.changed(
        kOwner,
        field.data.size() >= 4 ? owner_text(u16(field.data, 0), u16(field.data, 2)) : "present",
        "");
  }

  /// 0x000a, section 4.5.5: three times, among attributes that nobody has defined yet.
  void ntfs(const ExtraField& field) {
    const auto at = ntfs_times_at(field.data);
    if (!at) return put(out_, field.whole);
    if (drops(field)) return;
    const std::uint64_t ticks =
        plan_.keep_fraction && ntfs_seconds(field.data, *at) == plan_.time
            ? ntfs_ticks(field.data, *at)
            : static_cast<std::uint64_t>((plan_.time + kNtfsEpoch) * kTicksPerSecond);
    const std::size_t start = out_.size() + 4 + *at;
    put(out_, field.whole);
    for (std::size_t i = 0; i < 3; ++i) {
      if (ntfs_ticks(field.data, *at + 8 * i) != ticks)
        findings_.changed(kNtfsTimes, ntfs_text(ntfs_ticks(field.data, *at + 8 * i)),
                          ntfs_text(ticks));
      for (std::size_t b = 0; b < 8; ++b)
        out_[start + 8 * i + b] = static_cast<std::byte>(ticks >> (8 * b));
    }
  }

  static std::string ntfs_text(std::uint64_t ticks) {
    const auto seconds = static_cast<std::int64_t>(ticks / kTicksPerSecond) - kNtfsEpoch;
    const std::uint64_t fraction = ticks % kTicksPerSecond;
    return format_time(seconds) + (fraction ? " and " + std::to_string(fraction) + "00 ns" : "");
  }

  /// 0x000d, section 4.5.7: times and owner, then a device number or the target of a link.
  void pkware_unix(const ExtraField& field) {
    if (field.data.size() < kPkwareFixedBytes) return put(out_, field.whole);
    const ByteView rest = field.data.subspan(kPkwareFixedBytes);
    if (rest.empty() && drops(field)) return;
    const std::size_t start = out_.size();
    head(kPkwareUnixId, field.data.size());
    put(out_, static_cast<std::uint32_t>(plan_.time));
    put(out_, static_cast<std::uint32_t>(plan_.time));
    put(out_, std::uint32_t{0});
    put(out_, rest);
    if (!equal(ByteView(out_).subspan(start), field.whole))
      findings_.changed(kPkwareUnix,
                        format_time(unix_time(field.data, 0)) + ", " +
                            format_time(unix_time(field.data, 4)) + ", " +
                            owner_text(u16(field.data, 8), u16(field.data, 10)),
                        format_time(plan_.time) + ", " + format_time(plan_.time) + ", 0, 0");
  }

  /// 0x756e: a CRC of what follows, mode, size or device, UID, GID, the target of a link.
  void asi_unix(const ExtraField& field) {
    const ByteView data = field.data;
    if (data.size() < kAsiFixedBytes || u32(data, 0) != crc32(data.subspan(kAsiCrcBytes)))
      return put(out_, field.whole);
    const std::uint32_t mode = u16(data, 4), after = normal_mode(mode, rules_);
    if (mode != after) findings_.changed(kAsiMode, mode_text(mode), mode_text(after));
    if (u32(data, 10) != 0)
      findings_.changed(kAsiOwner, owner_text(u16(data, 10), u16(data, 12)), "0, 0");
    Bytes body;
    put(body, static_cast<std::uint16_t>(after));
    put(body, data.subspan(6, 4));
    put(body, std::uint32_t{0});
    put(body, data.subspan(kAsiFixedBytes));
    head(kAsiUnixId, data.size());
    put(out_, crc32(body));
    put(out_, body);
  }

  const bool local_;
  const ExtraPlan& plan_;
  const Rules& rules_;
  EntryFindings& findings_;
  Bytes out_;
};

}  // namespace

bool ExtraFields::next(ExtraField& field) {
  // No field has the ID 0: zeros are what zipalign pads with.
  if (rest_.size() < 4 || u16(rest_, 0) == 0) return false;
  const std::size_t size = std::size_t{4} + u16(rest_, 2);
  if (size > rest_.size()) return false;
  field = {u16(rest_, 0), rest_.subspan(4, size - 4), rest_.first(size)};
  rest_ = rest_.subspan(size);
  return true;
}

std::optional<ByteView> find_field(ByteView extra, std::uint16_t id) {
  ExtraFields fields(extra);
  ExtraField field;
  while (fields.next(field))
    if (field.id == id) return field.data;
  return std::nullopt;
}

bool is_all_zeros(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

std::optional<std::int64_t> utc_time(const Entry& entry) {
  // UT is what unzip believes first; any other still comes before the DOS time.
  for (const bool timestamp_only : {true, false})
    for (const ByteView extra : {entry.local.extra, entry.central.extra}) {
      ExtraFields fields(extra);
      ExtraField field;
      while (fields.next(field)) {
        if (timestamp_only && field.id != kTimestampId) continue;
        if (const auto time = utc_time(field)) return time;
      }
    }
  return std::nullopt;
}

void settle_extra(Entry& entry, const ExtraPlan& plan, Context& context,
                  std::deque<Bytes>& storage) {
  if (entry.local.extra.empty() && entry.central.extra.empty()) return;
  EntryFindings findings;
  const auto settle = [&](ByteView& extra, bool local) {
    Bytes after = Rewrite(local, plan, context.rules(), findings).area(extra);
    if (!equal(after, extra)) extra = storage.emplace_back(std::move(after));
  };
  settle(entry.local.extra, true);
  settle(entry.central.extra, false);
  findings.report(context, entry.text_name());
}

}  // namespace normalize::zip
