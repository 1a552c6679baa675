#include "normalizers/package/deb.h"

#include <algorithm>

#include "normalizers/bytes/digest.h"
#include "normalizers/error.h"

namespace normalize::package {
namespace {

constexpr Field kMd5{"md5sums", ""};
constexpr std::size_t kMd5Digits = 32;

std::string md5(const Content& content) {
  const auto digest = message_digest("md5", content);
  if (!digest) throw CodecError("libcrypto has no MD5 here, and sums in md5sums have to follow");
  return hexadecimal(*digest);
}

/// "data.tar.xz" unpacks to "data.tar", in which the files are: "data.tar.xz!data.tar!".
std::string path_into(std::string_view member) {
  const std::size_t tar = member.find(".tar");
  const std::string_view payload = member.substr(0, tar == member.npos ? tar : tar + 4);
  std::string path(member);
  if (payload != member) path.append("!").append(payload);
  return path + "!";
}

/// Names in data archives begin with "./", those in md5sums do not.
std::string_view without_dot(std::string_view name) {
  return name.starts_with("./") ? name.substr(2) : name;
}

bool is_digest(std::string_view text) {
  return text.size() == kMd5Digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
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
  const bool control = is_control(member.name);
  (control ? control_ : data_) = path_into(member.name);
  WholeSource source(member.data);
  std::optional<Content> after = context_.member(member.name, source, {nullptr, this});
  if (control && !changed_.empty() && !(after || control_opened_))
    throw FormatError(
        0, std::string(member.name) + " does not open, and sums in it may have to follow");
  if (!after) left(member.name);
  return after;
}

std::optional<Content> Deb::decide(std::string_view path, Source& member) {
  if (control_.empty() || !path.starts_with(control_)) return std::nullopt;
  control_opened_ = true;
  const std::string_view name = path.substr(control_.size());
  if (without_dot(name) != "md5sums" || changed_.empty()) return std::nullopt;
  std::string text;
  std::string_view rest = as_text(member.all());
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string line = settle_line(rest.substr(0, end));
    if (line != rest.substr(0, end))
      context_.changed(kMd5, std::string(rest.substr(0, end)), line, path);
    text += line;
    text += rest.substr(end, 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const ByteView bytes = as_bytes(text);
  if (equal(bytes, member.all())) return std::nullopt;
  return Content::own({bytes.begin(), bytes.end()});
}

const Rules* Deb::rules(std::string_view path) const {
  const auto is_archive = [&](const std::string& files) {
    return files.size() == path.size() + 1 && files.starts_with(path);
  };
  return is_archive(data_) || is_archive(control_) ? &rules_ : &context_.rules();
}

std::string Deb::settle_line(std::string_view line) const {
  // "0123...  usr/bin/a", or " *usr/bin/a" as `md5sum -b` has it.
  if (line.size() < kMd5Digits + 3 || !is_digest(line.substr(0, kMd5Digits)) ||
      line[kMd5Digits] != ' ')
    return std::string(line);
  const std::string_view sum = line.substr(0, kMd5Digits), file = line.substr(kMd5Digits + 2);
  return new_sum(without_dot(file), sum).append(line.substr(kMd5Digits));
}

std::string Deb::new_sum(std::string_view file, std::string_view sum) const {
  if (const auto found = changed_.find(file); found != changed_.end()) {
    if (found->second.before != sum)
      throw FormatError(0, "md5sums does not match \"" + std::string(file) + '"');
    return found->second.after;
  }
  if (left_.contains(file)) return std::string(sum);
  // A hard link has no content of its own: it is that of a file of the same sum.
  const auto target =
      std::ranges::find_if(changed_, [&](const auto& known) { return known.second.before == sum; });
  return target == changed_.end() ? std::string(sum) : target->second.after;
}

void Deb::changed(std::string_view path, ByteView before, const Content& after) {
  if (data_.empty() || !path.starts_with(data_)) return;
  const std::string file(without_dot(path.substr(data_.size())));
  changed_.insert_or_assign(file, Sums{md5(Content::view(before)), md5(after)});
}

void Deb::left(std::string_view path) {
  if (data_.empty()) return;
  if (data_.starts_with(path) && data_[path.size()] == '!') return changed_.clear();
  if (path.starts_with(data_)) left_.emplace(without_dot(path.substr(data_.size())));
}

}  // namespace normalize::package
