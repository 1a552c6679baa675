// ar(5), in all dialects that share "!<arch>\n": System V and GNU (names end with '/', long ones in
// the member "//"), BSD ("#1/length", the name in front of the data), COFF libraries (two members
// "/", PE/COFF section "Archive File Format"), and GNU's thin archives ("!<thin>\n", whose members'
// data lies in files of their own). ar_date is lowered to the epoch, ar_uid and ar_gid become 0,
// and of ar_mode `safe` drops group and other write while `strict` writes 644, as `ar D` does.
//
// Members keep their order, which decides how a program is linked, and so the offsets in symbol
// tables stay true. A symbol table's own date is lowered like any other: linkers that compared it
// with the archive's time on disk (Apple's, before ld64) are gone, and every current ranlib can
// write 0. Blank fields stay blank.

#include <array>
#include <charconv>

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"
#include "rules/owners.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic = "!<arch>\n", kThinMagic = "!<thin>\n";
constexpr std::size_t kHeaderBytes = 60;
constexpr std::string_view kFmag = "`\n";
constexpr TimeRange kDateRange{0, 999'999'999'999};  // twelve digits
constexpr std::int64_t kOthersWrite = 022, kPlainMode = 0644, kType = 0170000, kRegular = 0100000;
/// No path is longer. A name is sought no further, however the table was made.
constexpr std::size_t kLongestName = 4096;

/// A numeric field of the header: text, left-justified, padded with spaces.
struct Column {
  Field field;
  std::size_t offset, length;
  int base;
};
constexpr Column kDate{{"ar_date", "ar D, ranlib -D"}, 16, 12, 10};
constexpr Column kUid{{"ar_uid", "ar D"}, 28, 6, 10};
constexpr Column kGid{{"ar_gid", "ar D"}, 34, 6, 10};
constexpr Column kMode{{"ar_mode", "ar D"}, 40, 8, 8};
constexpr Column kSize{{"ar_size", ""}, 48, 10, 10};

struct Member {
  ByteView header;
  std::string_view name;      // "/", "//" and the like for tables
  bool table = false;         // of symbols or of names
  bool symbol_table = false;  // with offsets of members
  ByteView bsd_name;          // stands in front of the data and counts towards ar_size
  ByteView data;
  ByteView padding;  // to an even offset; missing behind some last members
};

std::string_view text_of(const Column& column, ByteView header) {
  return as_text(header.subspan(column.offset, column.length));
}

std::string_view without_trailing(std::string_view text, char c) {
  return text.substr(0, text.find_last_not_of(c) + 1);
}

/// Unset where the field is blank or holds anything but one number.
std::optional<std::int64_t> number(const Column& column, ByteView header) {
  std::string_view text = without_trailing(text_of(column, header), ' ');
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, column.base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::uint64_t size_of(const Reader& at_header, ByteView header) {
  const auto size = number(kSize, header);
  if (!size || *size < 0)
    throw FormatError(at_header.offset() - kHeaderBytes + kSize.offset,
                      "ar_size is not a number: \"" + std::string(text_of(kSize, header)) + '"');
  return static_cast<std::uint64_t>(*size);
}

/// A name of the member "//" ends with "/\n" (GNU) or NUL (COFF).
std::string_view long_name(std::string_view table, std::string_view reference) {
  std::size_t offset = 0;
  const auto parsed =
      std::from_chars(reference.data(), reference.data() + reference.size(), offset);
  if (parsed.ec != std::errc() || offset >= table.size()) return reference;
  const std::string_view rest = table.substr(offset, kLongestName);
  const std::string_view name = rest.substr(0, rest.find_first_of(std::string_view("\n\0", 2)));
  return name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
}

bool is_bsd_symbol_table(std::string_view name) {
  return name == "__.SYMDEF" || name == "__.SYMDEF SORTED" || name == "__.SYMDEF_64" ||
         name == "__.SYMDEF_64 SORTED";
}

/// Reads the members from front to back, since names depend on the table in front of them.
class MemberReader {
 public:
  MemberReader(Reader& in, bool thin) : in_(in), thin_(thin) {}

  Member next() {
    Member member;
    member.header = in_.take(kHeaderBytes, "member header");
    if (!as_text(member.header).ends_with(kFmag))
      throw FormatError(in_.offset() - kFmag.size(), "ar_fmag does not end the member header");
    member.name = without_trailing(as_text(member.header.first(16)), ' ');
    member.table = member.name == "/" || member.name == "//" || member.name == "/SYM64/" ||
                   member.name.starts_with("/<");  // COFF: /<ECSYMBOLS>/, /<XFGHASHMAP>/
    read_data(member);
    if (member.name == "//")
      long_names_ = as_text(member.data);
    else if (!member.table)
      resolve_name(member);
    member.symbol_table = member.table && member.name != "//";
    return member;
  }

 private:
  void read_data(Member& member) {
    const std::uint64_t size = size_of(in_, member.header);
    if (thin_ && !member.table) return;
    member.data = in_.take(size, "member data");
    if (size % 2 != 0 && in_.remaining() > 0) member.padding = in_.take(1, "padding");
  }

  void resolve_name(Member& member) {
    std::string_view& name = member.name;
    if (name.starts_with("#1/") && !thin_) {
      std::uint64_t length = 0;
      const auto parsed = std::from_chars(name.data() + 3, name.data() + name.size(), length);
      if (parsed.ec != std::errc() || length > member.data.size())
        throw FormatError(in_.offset() - member.padding.size() - member.data.size() - kHeaderBytes,
                          "ar_name \"" + std::string(name) + "\" is longer than its member");
      member.bsd_name = member.data.first(static_cast<std::size_t>(length));
      member.data = member.data.subspan(static_cast<std::size_t>(length));
      name = without_trailing(as_text(member.bsd_name), '\0');
    } else if (name.starts_with('/')) {
      name = long_name(long_names_, name.substr(1));
    } else if (name.ends_with('/')) {
      name.remove_suffix(1);
    }
    member.table = is_bsd_symbol_table(name);
  }

  Reader& in_;
  const bool thin_;
  std::string_view long_names_;
};

std::string in_base(std::int64_t value, int base) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, base).ptr;
  return {text.data(), end};
}

void put(const Column& column, Bytes& header, const std::string& text) {
  const auto at = header.begin() + static_cast<std::ptrdiff_t>(column.offset);
  std::fill_n(at, column.length, static_cast<std::byte>(' '));
  std::ranges::copy(as_bytes(text), at);
}

/// The header of one member on its way to its normal form.
class HeaderRewriter {
 public:
  HeaderRewriter(const Member& member, Context& context)
      : member_(member), context_(context), header_(member.header.begin(), member.header.end()) {}

  Bytes rewrite(std::optional<std::uint64_t> new_size) && {
    if (const auto date = number(kDate, member_.header)) {
      const std::int64_t after = context_.settle_time(kDate.field, *date, kDateRange, member_.name);
      if (after != *date) put(kDate, header_, in_base(after, kDate.base));
    }
    const auto owner = [this](std::int64_t id) {
      return normal_owner(id, context_.rules().owners);
    };
    replace(kUid, owner);
    replace(kGid, owner);
    replace(kMode, [this](std::int64_t mode) { return normal_mode(mode); });
    if (new_size)
      replace(kSize, [&](std::int64_t) { return static_cast<std::int64_t>(*new_size); });
    for (const Column* column : {&kDate, &kUid, &kGid, &kMode}) note_malformed(*column);
    return std::move(header_);
  }

 private:
  template <typename Normal>
  void replace(const Column& column, Normal normal) {
    const auto before = number(column, member_.header);
    if (!before) return;
    const std::int64_t after = normal(*before);
    if (after == *before) return;
    const std::string text = in_base(after, column.base);
    context_.changed(column.field, in_base(*before, column.base), text, member_.name);
    put(column, header_, text);
  }

  std::int64_t normal_mode(std::int64_t mode) const {
    if (mode < 0) return kPlainMode;
    if (member_.table && mode == 0) return 0;  // as every ar writes it for its own tables
    const bool plain = (mode & kType) == 0 || (mode & kType) == kRegular;
    return context_.rules().strict() && plain ? kPlainMode : mode & ~kOthersWrite;
  }

  void note_malformed(const Column& column) {
    const std::string_view text = without_trailing(text_of(column, member_.header), ' ');
    if (!text.empty() && !number(column, member_.header))
      context_.note(
          std::string(column.field.name) + " is not a number: \"" + std::string(text) + "\"; kept",
          member_.name);
  }

  const Member& member_;
  Context& context_;
  Bytes header_;
};

/// What may be put in place of a member's data.
class MemberPolicy {
 public:
  MemberPolicy(const std::vector<Member>& members, Context& context)
      : context_(context),
        has_symbol_table_(
            std::ranges::any_of(members, [](const Member& m) { return m.symbol_table; })),
        // An .ipk is made like a .deb but holds no sums of its files.
        is_deb_(!members.empty() && members.front().name == "debian-binary" &&
                !context.name().ends_with(".ipk")) {}

  /// The member's new data; unset where it stays.
  std::optional<Content> replacement(const Member& member) {
    if (member.table || member.data.empty()) return std::nullopt;
    const Context::Mark before = context_.mark();
    WholeSource source(member.data);
    std::optional<Content> after = context_.member(member.name, source);
    if (!after) return std::nullopt;
    const char* const reason = objection(member, *after);
    if (!reason) return after;
    context_.take_back(before);
    context_.note(std::string(reason) + "; left as it was", member.name);
    return std::nullopt;
  }

 private:
  const char* objection(const Member& member, const Content& after) const {
    if (is_deb_ && (member.name.starts_with("control.tar") || member.name.starts_with("data.tar")))
      return "the package keeps sums of its files";
    if (has_symbol_table_ && after.size() != member.data.size())
      return "its normal form has another size, and the symbol table counts on this one";
    return nullptr;
  }

  Context& context_;
  const bool has_symbol_table_, is_deb_;
};

void write_member(Writer& out, const Member& member, MemberPolicy& policy, Context& context) {
  const std::optional<Content> after = policy.replacement(member);
  std::optional<std::uint64_t> new_size;
  if (after) new_size = member.bsd_name.size() + after->size();
  const Bytes header = HeaderRewriter(member, context).rewrite(new_size);
  if (equal(header, member.header))
    out.carry(member.header);
  else
    out.bytes(header);
  out.carry(member.bsd_name);
  if (!after) {
    out.carry(member.data);
    out.carry(member.padding);
    return;
  }
  out.carry(*after);
  if (out.size() % 2 != 0) out.text("\n");
}

class Ar final : public Normalizer {
 public:
  std::string_view name() const override { return "ar"; }
  Verification verification() const override { return Verification::everything; }

  bool recognizes(const Probe& probe) const override {
    return starts_with(probe.head, kMagic) || starts_with(probe.head, kThinMagic);
  }

  Content normalize(ByteView input, Context& context) const override {
    Reader in(input);
    const ByteView magic = in.take(kMagic.size(), "magic");
    MemberReader reader(in, as_text(magic) == kThinMagic);
    std::vector<Member> members;
    while (in.remaining() > 0) members.push_back(reader.next());
    if (!members.empty() && members.front().name == "+PKG_HASH")
      return context.leave_signed(input, "NetBSD package, +PKG_HASH");

    Writer out;
    out.carry(magic);
    MemberPolicy policy(members, context);
    for (const Member& member : members) write_member(out, member, policy, context);
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_ar() { return std::make_unique<Ar>(); }

}  // namespace normalize
