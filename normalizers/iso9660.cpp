// ISO 9660 images (ECMA-119; genisoimage, xorriso), with Rock Ridge and Joliet. All in its place,
// at its length: dates of volumes, directory records and Rock Ridge's TF are lowered to the epoch
// and written in UTC; in Rock Ridge's PX owners become 0, group and other write go (`strict`: 0755
// and 0644). Files in it stay.
//
// A volume's dates are what GRUB finds an image by (search --fs-uuid), so `safe` leaves them in one
// that boots.

#include <array>
#include <charconv>
#include <chrono>

#include "normalizers/bytes/writer.h"
#include "normalizers/iso9660/image.h"
#include "normalizers/registry.h"
#include "rules/mode.h"
#include "rules/owners.h"

namespace normalize {
namespace {

using iso9660::Image;
using iso9660::Spot;
using Kind = Spot::Kind;

constexpr Field kVolumeDate{"volume date", "xorriso with SOURCE_DATE_EPOCH"};
constexpr Field kTime{"recording date and time", "touch -d @$SOURCE_DATE_EPOCH"};
constexpr Field kMode{"PX mode", "umask 022"};
constexpr Field kLinks{"PX links", ""};
constexpr Field kUid{"PX uid", "genisoimage -r"};
constexpr Field kGid{"PX gid", "genisoimage -r"};

constexpr std::size_t kDigits = 16;
constexpr std::int64_t kQuarter = 15 * 60;  // a zone counts quarters of an hour east of Greenwich
/// Years of four digits; and those from 1900 on, in one byte.
constexpr TimeRange kLongRange{0, 253'402'300'799}, kShortRange{0, 5'869'583'999};

/// A date as both forms have it.
struct Date {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

std::optional<std::int64_t> seconds_of(const Date& date, std::int8_t zone) {
  const std::chrono::year_month_day day{std::chrono::year(date.year),
                                        std::chrono::month(date.month), std::chrono::day(date.day)};
  if (!day.ok() || date.hour > 23 || date.minute > 59 || date.second > 59) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  return days * 86'400 + date.hour * 3600LL + date.minute * 60LL + date.second - zone * kQuarter;
}

Date date_of(std::int64_t seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day day(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  return {static_cast<int>(day.year()),
          static_cast<unsigned>(day.month()),
          static_cast<unsigned>(day.day()),
          static_cast<unsigned>(clock.hours().count()),
          static_cast<unsigned>(clock.minutes().count()),
          static_cast<unsigned>(clock.seconds().count())};
}

std::int8_t zone_of(ByteView field) {
  return static_cast<std::int8_t>(std::to_integer<std::uint8_t>(field.back()));
}

/// Unset for what is no number.
std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Unset where it is not specified, by zeros, or no date.
std::optional<std::int64_t> long_seconds(ByteView field) {
  const std::string_view text = as_text(field.first(kDigits));
  std::array<unsigned, 6> parts{};
  constexpr std::array<std::size_t, 7> kBorders = {0, 4, 6, 8, 10, 12, 14};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = digits(text.substr(kBorders[i], kBorders[i + 1] - kBorders[i]));
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  return seconds_of({static_cast<int>(parts[0]), parts[1], parts[2], parts[3], parts[4], parts[5]},
                    zone_of(field));
}

void append_digits(std::string& text, unsigned value, std::size_t count) {
  const std::string number = std::to_string(value);
  text.append(count - std::min(count, number.size()), '0').append(number);
}

Bytes long_date(std::int64_t seconds, std::string_view hundredths) {
  const Date date = date_of(seconds);
  std::string text;
  append_digits(text, static_cast<unsigned>(date.year), 4);
  for (const unsigned part : {date.month, date.day, date.hour, date.minute, date.second})
    append_digits(text, part, 2);
  text.append(hundredths).append(1, '\0');  // UTC
  const ByteView bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

std::optional<std::int64_t> short_seconds(ByteView field) {
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(field[i]); };
  return seconds_of({1900 + static_cast<int>(at(0)), at(1), at(2), at(3), at(4), at(5)},
                    zone_of(field));
}

Bytes short_date(std::int64_t seconds) {
  const Date date = date_of(seconds);
  Bytes bytes;
  for (const unsigned part : {static_cast<unsigned>(date.year - 1900), date.month, date.day,
                              date.hour, date.minute, date.second, 0U})
    bytes.push_back(static_cast<std::byte>(part));
  return bytes;
}

/// Section 7.3.3: least significant byte first, then once more the other way.
Bytes both_endian(std::uint32_t value) {
  Bytes bytes(8);
  for (std::size_t i = 0; i < 4; ++i)
    bytes[i] = bytes[7 - i] = static_cast<std::byte>(value >> (8 * i));
  return bytes;
}

class Work {
 public:
  Work(ByteView input, const Image& image, Context& context)
      : input_(input), image_(image), context_(context) {}

  Content settle() {
    Writer out;
    std::size_t done = 0;
    for (const Spot& spot : image_.spots) {
      const ByteView before = input_.subspan(spot.offset, iso9660::size_of(spot.kind));
      const Bytes after = settled(spot, before);
      if (equal(before, after)) continue;
      out.carry(input_.subspan(done, spot.offset - done));
      out.bytes(after);
      done = spot.offset + before.size();
    }
    out.carry(input_.subspan(done));
    return std::move(out).finish();
  }

 private:
  Bytes settled(const Spot& spot, ByteView before) {
    const std::string& entry = image_.entries[spot.entry];
    switch (spot.kind) {
      case Kind::volume_date:
        if (image_.bootable && !context_.rules().strict()) break;
        return settled_long(kVolumeDate, before, entry);
      case Kind::long_date:
        return settled_long(kTime, before, entry);
      case Kind::short_date:
        return settled_short(before, entry);
      case Kind::mode:
      case Kind::links:
      case Kind::uid:
      case Kind::gid:
        return settled_number(spot, before, entry);
    }
    return {before.begin(), before.end()};
  }

  Bytes settled_long(const Field& field, ByteView before, const std::string& entry) {
    const auto seconds = long_seconds(before);
    if (!seconds) return {before.begin(), before.end()};
    const std::int64_t normal = context_.settle_time(field, *seconds, kLongRange, entry);
    std::string_view hundredths = as_text(before.subspan(14, 2));
    // Of a second that is the epoch itself, any fraction is later.
    if (normal != *seconds || normal >= context_.rules().epoch.value_or(0)) hundredths = "00";
    return with_finding(field, *seconds == normal, before, long_date(normal, hundredths), entry);
  }

  Bytes settled_short(ByteView before, const std::string& entry) {
    const auto seconds = short_seconds(before);
    if (!seconds) return {before.begin(), before.end()};
    const std::int64_t normal = context_.settle_time(kTime, *seconds, kShortRange, entry);
    return with_finding(kTime, *seconds == normal, before, short_date(normal), entry);
  }

  /// The same second may have been told in another zone, or with a fraction.
  Bytes with_finding(const Field& field, bool same_second, ByteView before, Bytes after,
                     const std::string& entry) {
    if (same_second && !equal(before, after))
      context_.changed(field,
                       "zone " + std::to_string(zone_of(before) * kQuarter / 60) + " minutes",
                       "UTC, whole seconds", entry);
    return after;
  }

  Bytes settled_number(const Spot& spot, ByteView before, const std::string& entry) {
    const auto number = [](ByteView field) {
      return Reader(field).little_endian<std::uint32_t>("number");
    };
    const std::uint32_t value = number(before), told = number(input_.subspan(spot.from, 8));
    const std::uint32_t after = normal_number(spot.kind, told);
    if (value == after) return {before.begin(), before.end()};
    if (spot.kind == Kind::mode)
      context_.changed(kMode, mode_text(value), mode_text(after), entry);
    else
      context_.settle(field_of(spot.kind), value, after, entry);
    return both_endian(after);
  }

  std::uint32_t normal_number(Kind kind, std::uint32_t value) const {
    if (kind == Kind::links) return value;
    if (kind == Kind::mode) return normal_mode(value, context_.rules());
    return static_cast<std::uint32_t>(normal_owner(value, context_.rules().owners));
  }

  static const Field& field_of(Kind kind) {
    return kind == Kind::links ? kLinks : kind == Kind::uid ? kUid : kGid;
  }

  const ByteView input_;
  const Image& image_;
  Context& context_;
};

bool is_named_iso(std::string_view name) {
  if (name.size() < 4) return false;
  const std::string_view end = name.substr(name.size() - 4);
  return end == ".iso" || end == ".ISO";
}

class Iso9660 final : public Normalizer {
 public:
  std::string_view name() const override { return "iso9660"; }

  /// What tells it stands 32 KiB from the start, behind zeros or a boot sector: too far to look for
  /// it in every file.
  bool recognizes(const Probe& probe) const override {
    return is_named_iso(probe.name) && iso9660::has_descriptor(probe.source.all());
  }

  Content normalize(ByteView input, Context& context) const override {
    const Image image = iso9660::read_image(input);
    if (!image.objection.empty()) return context.leave(input, image.objection);
    if (image.bootable && !context.rules().strict())
      context.note("it boots, and may be found by the dates of its volumes; those stay");
    return Work(input, image, context).settle();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_iso9660() { return std::make_unique<Iso9660>(); }

}  // namespace normalize
