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
//
// A .deb is such an archive: package/deb.cpp has what its parts tell of one another.

#include <array>
#include <charconv>

#include "normalizers/ar/members.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/package/deb.h"
#include "normalizers/pkgsrc.h"
#include "normalizers/registry.h"
#include "rules/owners.h"

namespace normalize {
namespace {

using namespace ar;

constexpr Field kSignature{"signature", ""};
constexpr TimeRange kDateRange{0, 999'999'999'999};  // twelve digits
constexpr std::int64_t kOthersWrite = 022, kPlainMode = 0644, kType = 0170000, kRegular = 0100000;

std::string in_base(std::int64_t value, int base) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, base).ptr;
  return {text.data(), end};
}

void put(const Column& column, Bytes& header, const std::string& text) {
  if (text.size() > column.length)
    throw LimitError(std::string(column.field.name) + " cannot hold " + text);
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
    const auto owner = [this](std::int64_t id) { return normal_owner(id, context_.rules()); };
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

/// The new data of members, by number; unset where it stays.
using NewData = std::vector<std::optional<Content>>;

bool can_change(const Member& member) { return !member.table && !member.data.empty(); }

NewData settle_members(const std::vector<Member>& members, Context& context) {
  const bool has_symbol_table = std::ranges::any_of(members, &Member::symbol_table);
  NewData data(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Member& member = members[i];
    if (!can_change(member)) continue;
    const Context::Mark before = context.mark();
    WholeSource source(member.data);
    data[i] = context.member(member.name, source);
    if (!data[i] || !has_symbol_table || data[i]->size() == member.data.size()) continue;
    data[i].reset();
    context.take_back(before);
    context.note(
        "its normal form has another size, and the symbol table counts on this one; left as it was",
        member.name);
  }
  return data;
}

/// The control archive last: it has sums of what is in the data archive.
NewData settle_deb(const std::vector<Member>& members, Context& context) {
  package::Deb deb(members.front(), context);
  NewData data(members.size());
  for (const bool control : {false, true})
    for (std::size_t i = 0; i < members.size(); ++i)
      if (can_change(members[i]) && package::Deb::is_control(members[i].name) == control)
        data[i] = deb.settle(members[i]);
  return data;
}

void write_member(Writer& out, const Member& member, const std::optional<Content>& after,
                  Context& context) {
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

/// Takes signatures out; false where the rules want them, and the package, as they are.
bool strip_deb(std::vector<Member>& members, Context& context) {
  const auto is_signature = [](const Member& m) { return package::Deb::is_signature(m.name); };
  if (std::ranges::none_of(members, is_signature)) return true;
  if (context.rules().signed_files != SignedFiles::strip) return false;
  for (const Member& member : members) {
    if (!is_signature(member)) continue;
    context.changed(kSignature, "a member", "", member.name);
    context.dropped(member.name);
  }
  std::erase_if(members, is_signature);
  return true;
}

class Ar final : public Normalizer {
 public:
  std::string_view name() const override { return "ar"; }
  Verification verification() const override { return Verification::everything; }

  bool recognizes(const Probe& probe) const override {
    return (starts_with(probe.head, ar::kMagic) && !is_signed_pkgsrc(probe.head)) ||
           starts_with(probe.head, ar::kThinMagic);
  }

  Content normalize(ByteView input, Context& context) const override {
    std::vector<Member> members = ar::read_members(input, context.rules().limits);
    if (members.empty()) return Content::view(input);
    const bool deb = package::Deb::begins_with(members.front());
    if (deb && !strip_deb(members, context))
      return context.leave_signed(input, "Debian package, _gpg member");

    const NewData data = deb ? settle_deb(members, context) : settle_members(members, context);
    Writer out;
    out.carry(input.first(ar::kMagic.size()));
    for (std::size_t i = 0; i < members.size(); ++i)
      write_member(out, members[i], data[i], context);
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_ar() { return std::make_unique<Ar>(); }

}  // namespace normalize
