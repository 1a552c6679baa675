#include "normalizers/package/deb.h"

#include <algorithm>

#include "normalizers/bytes/digest.h"
#include "normalizers/error.h"
#include "normalizers/package/edits.h"

namespace normalize::package {
namespace {

constexpr Field kMd5 = Field::following("md5sums");
constexpr std::size_t kMd5Digits = 32;

std::string md5(const Content& content) { return hex_digest("md5", content); }

/// "data.tar.xz" unpacks to "data.tar", in which the files are: "data.tar.xz!data.tar!".
std::string path_into(std::string_view member) {
  const std::size_t tar = member.find(".tar");
  const std::string_view payload = member.substr(0, tar == member.npos ? tar : tar + 4);
  std::string path(member);
  if (payload != member) path.append("!").append(payload);
  return path + "!";
}

/// Names in data archives begin with "./", those in md5sums do not, and with '/' by mistake.
std::string_view without_root(std::string_view name) {
  if (name.starts_with('.') && name.substr(1).starts_with('/')) name.remove_prefix(1);
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

bool is_digest(std::string_view text) {
  return text.size() == kMd5Digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

struct SumLine {
  std::string_view sum, file;
};

/// "0123...  usr/bin/a", " *usr/bin/a" as `md5sum -b` has it, " usr/bin/a" as jdeb has it. Unset
/// for lines that say nothing of a file.
std::optional<SumLine> parse_line(std::string_view line) {
  // md5sum writes a name in escapes where it has a backslash or ends lines.
  const bool escaped = line.starts_with('\\');
  line.remove_prefix(escaped ? 1 : 0);
  if (line.size() < kMd5Digits + 2 || !is_digest(line.substr(0, kMd5Digits)) ||
      line[kMd5Digits] != ' ')
    return std::nullopt;
  if (escaped) throw FormatError(0, "md5sums has a name in escapes");
  const std::size_t blanks = line[kMd5Digits + 1] == ' ' || line[kMd5Digits + 1] == '*' ? 2 : 1;
  return SumLine{line.substr(0, kMd5Digits), without_root(line.substr(kMd5Digits + blanks))};
}

/// Takes the first line off `text`, its end not included.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

Rules rules_for(const ar::Member& first, const Rules& given) {
  Rules rules = given;
  if (rules.owners == Owners::root) rules.owners = Owners::system;
  // dpkg-deb writes members in the order of their names, and symbolic links behind all that they
  // may lead to. opkg-build packs with ar(1), which ends names with '/', and in the order of the
  // folder.
  if (!as_text(first.header).starts_with("debian-binary/")) rules.sort_members = false;
  return rules;
}

}  // namespace

bool Deb::begins_with(const ar::Member& first) { return first.name == "debian-binary"; }

Deb::Deb(const ar::Member& first, Context& context)
    : context_(context), rules_(rules_for(first, context.rules())) {}

std::optional<Content> Deb::settle(const ar::Member& member) {
  if (is_control(member.name)) return settle_control(member);
  if (is_data(member.name)) return settle_data(member);
  WholeSource source(member.data);
  return context_.member(member.name, source);
}

std::optional<Content> Deb::settle_data(const ar::Member& member) {
  if (!data_.empty()) throw FormatError(0, "has two data archives");
  data_ = path_into(member.name);
  WholeSource source(member.data);
  std::optional<Content> after = context_.member(member.name, source, {nullptr, this});
  if (!after) left(member.name);
  return after;
}

std::optional<Content> Deb::settle_control(const ar::Member& member) {
  if (!control_.empty()) throw FormatError(0, "has two control archives");
  control_ = path_into(member.name);
  WholeSource source(member.data);
  std::optional<Content> after = context_.member(member.name, source, {nullptr, this});
  const bool missed = any_changed() && !control_opened_;
  if (missed || (sums_follow_ && !(after && control_follows_)))
    throw FormatError(
        0, std::string(member.name) + " does not open, and sums in it may have to follow");
  return after;
}

std::optional<Content> Deb::decide(std::string_view path, Source& member) {
  if (control_.empty() || !path.starts_with(control_)) return std::nullopt;
  control_opened_ = true;
  const std::string_view name = path.substr(control_.size());
  if (without_root(name) != "md5sums" || !any_changed()) return std::nullopt;
  std::string_view rest = as_text(member.all());
  const auto staying = sums_that_stay(rest);
  Edits edits(rest);
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    const std::string after = settle_line(line, staying);
    if (after == line) continue;
    context_.changed(kMd5, std::string(line), after, path);
    edits.replace(line, after);
  }
  auto after = if_changed(member.all(), std::move(edits).finish());
  if (after) sums_follow_ = control_follows_ = true;
  return after;
}

const Rules* Deb::rules(std::string_view path) const {
  const auto is_archive = [&](const std::string& files) {
    return files.size() == path.size() + 1 && files.starts_with(path);
  };
  return is_archive(data_) || is_archive(control_) ? &rules_ : &context_.rules();
}

std::set<std::string_view> Deb::sums_that_stay(std::string_view md5sums) const {
  std::set<std::string_view> sums;
  while (!md5sums.empty())
    if (const auto line = parse_line(take_line(md5sums)); line && left_.contains(line->file))
      sums.insert(line->sum);
  return sums;
}

std::string Deb::settle_line(std::string_view line,
                             const std::set<std::string_view>& staying) const {
  const auto parsed = parse_line(line);
  if (!parsed) return std::string(line);
  return new_sum(parsed->file, parsed->sum, staying).append(line.substr(kMd5Digits));
}

std::string Deb::new_sum(std::string_view file, std::string_view sum,
                         const std::set<std::string_view>& staying) const {
  if (unclear_.contains(file))
    throw FormatError(0, "md5sums lists \"" + std::string(file) + "\", which is two things");
  if (const auto found = changed_.find(file); found != changed_.end()) {
    if (found->second.before != sum)
      throw FormatError(0, "md5sums does not match \"" + std::string(file) + '"');
    return found->second.after;
  }
  if (left_.contains(file)) return std::string(sum);
  // A hard link has no content of its own: it is that of a file of the same sum.
  const auto target =
      std::ranges::find_if(changed_, [&](const auto& known) { return known.second.before == sum; });
  if (target == changed_.end()) return std::string(sum);
  if (staying.contains(sum))
    throw FormatError(0, "files of one content become two, and \"" + std::string(file) +
                             "\" in md5sums may be either");
  return target->second.after;
}

void Deb::changed(std::string_view path, ByteView before, const Content& after) {
  if (data_.empty() || !path.starts_with(data_)) return;
  const std::string file(without_root(path.substr(data_.size())));
  if (file.find('!') != file.npos) {
    unclear_.insert(file);
    return;
  }
  left_.erase(file);
  changed_.insert_or_assign(file, Sums{md5(Content::view(before)), md5(after)});
}

void Deb::left(std::string_view path) {
  if (control_.starts_with(path) && control_[path.size()] == '!') control_follows_ = false;
  if (data_.empty()) return;
  if (data_.starts_with(path) && data_[path.size()] == '!') {
    changed_.clear();
    unclear_.clear();
  } else if (path.starts_with(data_)) {
    const std::string file(without_root(path.substr(data_.size())));
    changed_.erase(file);
    left_.insert(file);
  }
}

}  // namespace normalize::package
