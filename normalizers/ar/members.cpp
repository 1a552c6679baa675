#include "normalizers/ar/members.h"

#include <charconv>

#include "normalizers/bytes/reader.h"
#include "normalizers/limits.h"

namespace normalize::ar {
namespace {

constexpr std::string_view kFmag = "`\n";
/// No path is longer. A name is sought no further, however the table was made.
constexpr std::size_t kLongestName = 4096;

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

}  // namespace

std::string_view text_of(const Column& column, ByteView header) {
  return as_text(header.subspan(column.offset, column.length));
}

std::string_view without_trailing(std::string_view text, char c) {
  return text.substr(0, text.find_last_not_of(c) + 1);
}

std::optional<std::int64_t> number(const Column& column, ByteView header) {
  std::string_view text = without_trailing(text_of(column, header), ' ');
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, column.base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::vector<Member> read_members(ByteView input, const Limits& limits) {
  Reader in(input);
  const ByteView magic = in.take(kMagic.size(), "magic");
  MemberReader reader(in, as_text(magic) == kThinMagic);
  std::vector<Member> members;
  while (in.remaining() > 0) {
    check_members(members.size(), limits);
    members.push_back(reader.next());
  }
  return members;
}

}  // namespace normalize::ar
