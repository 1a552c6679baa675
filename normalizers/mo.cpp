// Compiled message catalogs (.mo, .gmo), GNU gettext manual, "The Format of GNU MO Files". The
// translation of the empty string is the catalog's header, lines of "Name: value". Two of them are
// dates: POT-Creation-Date, written whenever xgettext or msgmerge runs, and PO-Revision-Date,
// written by a translator's editor or, for generated catalogs, by the build.
//
// Dates later than the epoch are lowered to it. Without an epoch PO-Revision-Date stays, as it is
// content of the .po file, and POT-Creation-Date is lowered to it: a template made after the last
// revision was made by the build. `strict` without an epoch makes both 1970.

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/metadata/written_time.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLittleMagic = "\xde\x12\x04\x95", kBigMagic = "\x95\x04\x12\xde";
constexpr std::size_t kHeaderBytes = 28, kDescriptorBytes = 8;

constexpr Field kTemplateDate{"POT-Creation-Date", "keep generated .po files out of the build"};
constexpr Field kRevisionDate{"PO-Revision-Date", "keep generated .po files out of the build"};

/// Where a string or a table stands.
struct Range {
  std::uint64_t offset, size;
  std::uint64_t end() const { return offset + size; }
  bool overlaps(const Range& other) const { return offset < other.end() && other.offset < end(); }
};

/// The structure of a catalog, in either byte order.
class Catalog {
 public:
  explicit Catalog(ByteView bytes) : bytes_(bytes) {
    little_ = starts_with(bytes, kLittleMagic);
    Reader in(bytes);
    in.take(4, "magic");
    const auto revision = number(in, "revision");
    major_ = revision >> 16;
    minor_ = revision & 0xffff;
    count_ = number(in, "number of strings");
    originals_ = number(in, "table of original strings");
    translations_ = number(in, "table of translations");
    hash_size_ = number(in, "size of hash table");
    hash_ = number(in, "hash table");
    if (known()) {
      region({originals_, std::uint64_t{count_} * kDescriptorBytes}, "table of original strings");
      region({translations_, std::uint64_t{count_} * kDescriptorBytes}, "table of translations");
    }
  }

  /// Revisions past 1 are for the future to define.
  bool known() const { return major_ <= 1 && minor_ <= 1; }
  /// Minor revision 1 adds strings that depend on the machine, put together from segments.
  bool has_segments() const { return minor_ > 0; }
  std::uint32_t count() const { return count_; }
  Range original(std::uint32_t index) const { return descriptor(originals_, index); }
  Range translation(std::uint32_t index) const { return descriptor(translations_, index); }

  /// The index of the empty string.
  std::optional<std::uint32_t> header() const {
    for (std::uint32_t i = 0; i < count_; ++i)
      if (original(i).size == 0) return i;
    return std::nullopt;
  }

  /// The bytes of a string or table.
  ByteView region(const Range& range, std::string_view what) const {
    Reader in(bytes_);
    in.take(range.offset, what);
    return in.take(range.size, what);
  }

  /// The catalog with the translation at `index`, a string of its own, replaced by `text`; unset
  /// where strings or tables overlap it.
  std::optional<Content> replace(std::uint32_t index, std::string_view text) const;

 private:
  std::uint32_t number(Reader& in, std::string_view what) const {
    return little_ ? in.little_endian<std::uint32_t>(what) : in.big_endian<std::uint32_t>(what);
  }
  Range descriptor(std::uint32_t table, std::uint32_t index) const {
    Reader in(
        region({table + std::uint64_t{index} * kDescriptorBytes, kDescriptorBytes}, "string"));
    const std::uint32_t size = number(in, "length");
    return {number(in, "offset"), size};
  }
  void store(Bytes& bytes, std::uint64_t at, std::uint64_t value) const {
    for (unsigned i = 0; i < 4; ++i)
      bytes[at + i] = static_cast<std::byte>(value >> (little_ ? 8 * i : 24 - 8 * i));
  }
  Range table(std::uint32_t offset) const {
    return {offset, std::uint64_t{count_} * kDescriptorBytes};
  }

  ByteView bytes_;
  bool little_ = false;
  std::uint32_t major_ = 0, minor_ = 0, count_ = 0;
  std::uint32_t originals_ = 0, translations_ = 0, hash_size_ = 0, hash_ = 0;
};

std::optional<Content> Catalog::replace(std::uint32_t index, std::string_view text) const {
  const Range old = translation(index);
  Bytes after(bytes_.begin(), bytes_.end());
  bool apart = true;
  // Whatever begins behind the string moves with its end. The hash table holds indices of strings
  // by their msgid, so it is true wherever it stands.
  const auto moved = [&](const Range& range) {
    if (range.size > 0 && range.overlaps({old.offset, old.size + 1})) apart = false;
    return range.offset < old.end() ? range.offset : range.offset + text.size() - old.size;
  };
  store(after, 12, moved(table(originals_)));
  store(after, 16, moved(table(translations_)));
  store(after, 24, moved({hash_, std::uint64_t{hash_size_} * 4}));
  for (std::uint32_t i = 0; i < count_; ++i) {
    const std::uint64_t at = std::uint64_t{i} * kDescriptorBytes;
    store(after, originals_ + at + 4, moved({original(i).offset, original(i).size + 1}));
    if (i == index) {
      store(after, translations_ + at, text.size());
    } else {
      store(after, translations_ + at + 4, moved({translation(i).offset, translation(i).size + 1}));
    }
  }
  if (!apart || (Range{0, kHeaderBytes}).overlaps(old)) return std::nullopt;
  if (text.size() != old.size && has_segments()) return std::nullopt;
  Writer out;
  out.bytes(ByteView(after).first(old.offset));
  out.text(text);
  out.bytes(ByteView(after).subspan(old.end()));
  return std::move(out).finish();
}

/// The value of the line `name` in a header; a view into `text`, empty where there is none.
std::string_view value_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
      return line.substr(name.size() + 2);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return {};
}

std::string written(std::int64_t seconds) {
  return WrittenTime::parse("1970-01-01 00:00+0000")->write(seconds);
}

/// What a date becomes by the rules alone; unset where it stays.
std::optional<std::string> settled(const Rules& rules, std::string_view date) {
  const auto time = WrittenTime::parse(date);
  if (!time) return std::nullopt;  // "YEAR-MO-DA HO:MI+ZONE"
  if (!rules.epoch && rules.strict()) return written(0);
  const auto seconds = time->settled(rules);
  if (!seconds) return std::nullopt;
  return written(*seconds);
}

/// What POT-Creation-Date becomes; unset where it stays.
std::optional<std::string> settled_template(const Rules& rules, std::string_view date,
                                            std::string_view revision_date) {
  if (rules.epoch || rules.strict()) return settled(rules, date);
  const auto made = WrittenTime::parse(date), revised = WrittenTime::parse(revision_date);
  if (!made || !revised || made->seconds() <= revised->seconds()) return std::nullopt;
  return std::string(revision_date);
}

/// Replaces `date`, a view into `header`, in `text`, its copy so far.
void apply(const Field& field, std::string_view date, const std::optional<std::string>& after,
           std::string& text, Context& context) {
  if (!after || *after == date) return;
  context.changed(field, std::string(date), *after);
  const std::string line = "\n" + std::string(field.name) + ": ";
  const std::size_t at = ("\n" + text).find(line) + line.size() - 1;
  text.replace(at, date.size(), *after);
}

class Mo final : public Normalizer {
 public:
  std::string_view name() const override { return "mo"; }

  bool recognizes(const Probe& probe) const override {
    return probe.head.size() >= kHeaderBytes &&
           (starts_with(probe.head, kLittleMagic) || starts_with(probe.head, kBigMagic));
  }

  Content normalize(ByteView input, Context& context) const override {
    const Catalog catalog(input);
    if (!catalog.known()) return context.leave(input, "a revision of the format not known");
    const auto index = catalog.header();
    if (!index) return Content::view(input);

    const std::string_view header = as_text(catalog.region(catalog.translation(*index), "header"));
    const std::string_view made = value_of(header, kTemplateDate.name);
    const std::string_view revised = value_of(header, kRevisionDate.name);
    std::string text(header);
    apply(kTemplateDate, made, settled_template(context.rules(), made, revised), text, context);
    apply(kRevisionDate, revised, settled(context.rules(), revised), text, context);
    if (text == header) return Content::view(input);
    const auto after = catalog.replace(*index, text);
    if (!after) return context.leave(input, "the header's text cannot be moved: the layout is odd");
    return *after;
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_mo() { return std::make_unique<Mo>(); }

}  // namespace normalize
