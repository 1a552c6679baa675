// Exif 2.32 (CIPA DC-008) sections 4.6.2 to 4.6.5, in a TIFF 6.0 structure: a header, and image
// file directories of 12-byte fields. Dates are texts of a fixed length, so nothing has to move.

#include "normalizers/metadata/exif.h"

#include <array>

#include "normalizers/bytes/reader.h"
#include "normalizers/metadata/written_time.h"

namespace normalize {
namespace {

constexpr std::uint16_t kDateTime = 0x0132, kExifIfd = 0x8769;
constexpr std::uint16_t kAscii = 2, kLong = 4;                // field types
constexpr std::string_view kUnknown = "    :  :     :  :  ";  // section 4.6.5, DateTime

constexpr std::string_view kHint = "exiftool -AllDates=, or no Exif at all";
constexpr Field kDateTimeField{"Exif DateTime", kHint};
constexpr Field kOriginalField{"Exif DateTimeOriginal", kHint};
constexpr Field kDigitizedField{"Exif DateTimeDigitized", kHint};

/// A date, the fraction of its second, and its offset from UTC, which stand in fields of their own.
struct DateTags {
  std::uint16_t date, fraction, offset;
  const Field* field;
};
constexpr std::array kDates{
    DateTags{kDateTime, 0x9290, 0x9010, &kDateTimeField},
    DateTags{0x9003, 0x9291, 0x9011, &kOriginalField},
    DateTags{0x9004, 0x9292, 0x9012, &kDigitizedField},
};

/// Where the text of a field stands, without its NUL.
struct TextField {
  std::uint16_t tag;
  std::size_t offset, size;
};

class Tiff {
 public:
  explicit Tiff(ByteView bytes) : bytes_(bytes) {
    Reader in = at(0);
    const std::string_view order = as_text(in.take(2, "byte order"));
    if (order != "II" && order != "MM") in.fail("byte order is neither II nor MM");
    little_ = order == "II";
    if (number<std::uint16_t>(in, "version") != 42) in.fail("version is not 42");
    // The first directory is the picture's, the second its thumbnail's; Exif knows no third.
    const std::uint32_t second = read_directory(number<std::uint32_t>(in, "first directory"));
    if (exif_directory_ != 0) read_directory(exif_directory_);
    if (second != 0) read_directory(second);
  }

  const std::vector<TextField>& texts() const { return texts_; }
  const TextField* find(std::uint16_t tag) const {
    const auto found = std::ranges::find(texts_, tag, &TextField::tag);
    return found == texts_.end() ? nullptr : &*found;
  }
  std::string_view text(const TextField& field) const {
    return as_text(bytes_.subspan(field.offset, field.size));
  }

 private:
  Reader at(std::size_t offset) const {
    Reader in(bytes_);
    in.take(offset, "directory");
    return in;
  }

  template <typename T>
  T number(Reader& in, std::string_view what) const {
    return little_ ? in.little_endian<T>(what) : in.big_endian<T>(what);
  }

  /// Returns where the next directory stands, or 0.
  std::uint32_t read_directory(std::uint32_t offset) {
    Reader in = at(offset);
    const auto count = number<std::uint16_t>(in, "number of fields");
    for (unsigned i = 0; i < count; ++i) read_field(in);
    return in.remaining() < 4 ? 0 : number<std::uint32_t>(in, "next directory");
  }

  void read_field(Reader& in) {
    const auto tag = number<std::uint16_t>(in, "tag");
    const auto type = number<std::uint16_t>(in, "field type");
    const auto count = number<std::uint32_t>(in, "number of values");
    const std::size_t inline_offset = in.offset();
    const auto value = number<std::uint32_t>(in, "value or offset");
    if (tag == kExifIfd && type == kLong && exif_directory_ == 0) exif_directory_ = value;
    const bool wanted = std::ranges::any_of(kDates, [&](const DateTags& tags) {
      return tag == tags.date || tag == tags.fraction || tag == tags.offset;
    });
    if (!wanted || type != kAscii || count < 2) return;
    const std::size_t offset = count <= 4 ? inline_offset : value;
    at(offset).take(count, "text of a date");
    const auto text = bytes_.subspan(offset, count);
    const auto nul = std::ranges::find(text, std::byte{0});
    texts_.push_back({tag, offset, static_cast<std::size_t>(nul - text.begin())});
  }

  ByteView bytes_;
  bool little_ = false;
  std::uint32_t exif_directory_ = 0;
  std::vector<TextField> texts_;
};

/// The seconds that "+hh:mm" is ahead of UTC; 0 for what is no offset.
std::int64_t offset_seconds(std::string_view text) {
  const auto moment = WrittenTime::parse("1970-01-01T00:00:00" + std::string(text));
  return moment ? -moment->seconds() : 0;
}

/// What the date `text` has to become; unset where it stays.
std::optional<std::string> settled(const Rules& rules, std::string_view text,
                                   std::int64_t ahead_of_utc) {
  const auto time = WrittenTime::parse(text);
  if (!time) return std::nullopt;
  if (!rules.epoch) return rules.strict() ? std::optional(std::string(kUnknown)) : std::nullopt;
  const std::int64_t utc = time->seconds() - ahead_of_utc;
  const std::int64_t normal = rules.normal_time(utc, WrittenTime::kRange);
  if (normal == utc) return std::nullopt;
  return time->write_in_place(normal);
}

void overwrite(Bytes& bytes, const TextField& field, std::string_view text) {
  std::memcpy(bytes.data() + field.offset, text.data(), std::min(field.size, text.size()));
}

}  // namespace

std::optional<Bytes> settle_exif(ByteView tiff, Context& context) {
  try {
    const Tiff fields(tiff);
    Bytes after(tiff.begin(), tiff.end());
    for (const DateTags& tags : kDates) {
      const TextField* offset = fields.find(tags.offset);
      const TextField* fraction = fields.find(tags.fraction);
      const std::int64_t ahead = offset ? offset_seconds(fields.text(*offset)) : 0;
      for (const TextField& date : fields.texts()) {
        if (date.tag != tags.date) continue;
        const auto text = settled(context.rules(), fields.text(date), ahead);
        if (!text) continue;
        context.changed(*tags.field, std::string(fields.text(date)), *text);
        overwrite(after, date, *text);
        const bool blank = *text == kUnknown;
        if (offset) overwrite(after, *offset, blank ? "   :  " : "+00:00");
        if (fraction) overwrite(after, *fraction, std::string(fraction->size, blank ? ' ' : '0'));
      }
    }
    if (equal(after, tiff)) return std::nullopt;
    return after;
  } catch (const FormatError& error) {
    context.note(std::string("Exif: ") + error.what() + "; left as it was");
    return std::nullopt;
  }
}

}  // namespace normalize
