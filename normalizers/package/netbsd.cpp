// Packages of NetBSD and pkgsrc (pkg_create(1), pkg_install's build.c), and of FreeBSD's old
// pkg_install: below the name of a file, +CONTENTS has "@comment MD5:" and its sum, or "@comment
// Symlink:" and where it leads. +SIZE_PKG and +SIZE_ALL have the bytes of all files, and of those
// of all packages it needs. +BUILD_INFO tells when and, under `strict`, where pkgsrc built. These
// files are text of the package's own and begin with '+'. Members keep their order.

#include <algorithm>
#include <charconv>

#include "normalizers/bytes/digest.h"
#include "normalizers/metadata/written_time.h"
#include "normalizers/package/edits.h"
#include "normalizers/package/files.h"
#include "normalizers/package/kinds.h"
#include "normalizers/package/packing_list.h"

namespace normalize::package {
namespace {

constexpr Field kSum = Field::following("@comment MD5");
constexpr Field kSize = Field::following("size");
constexpr Field kDate{"BUILD_DATE", ""};
constexpr Field kHost{"BUILD_HOST", ""};
constexpr std::string_view kList = "+CONTENTS", kBuildInfo = "+BUILD_INFO", kMd5 = "MD5:";
constexpr std::int64_t kLargestSize = std::int64_t{1} << 60;
constexpr TimeRange kDateRange{0, WrittenTime::kRange.ceiling};

bool has_sum(const ListItem& item) {
  return item.keyword == "comment" && item.value.starts_with(kMd5);
}

bool has_size(const tar::Entry& entry) {
  return entry.name == "+SIZE_PKG" || entry.name == "+SIZE_ALL";
}

std::string md5(const Content& content) { return hex_digest("md5", content); }

class NetBsd final : public Package {
 public:
  NetBsd(const tar::Archive& archive, Context& context) : context_(context), files_(archive) {}

  Owners own_owners() const override { return Owners::system; }
  bool is_list(const tar::Entry& entry) const override {
    return entry.name == kList || entry.name == kBuildInfo || has_size(entry);
  }

  std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) override {
    if (!entry.name.starts_with('+')) return files_.settled(entry, registry(entry));
    if (!is_list(entry)) return std::nullopt;
    std::optional<Content> after = if_changed(entry.data, settle_list(entry));
    if (after) context_.rewrote(entry.name, entry.data, *after);
    return after;
  }

 private:
  std::string settle_list(const tar::Entry& entry) {
    const std::string_view text = as_text(entry.data);
    if (entry.name == kList) return settle_contents(text);
    if (entry.name == kBuildInfo) return settle_build_info(text);
    return settle_size(entry.name, text);
  }

  // The size that pkgsrc writes counts a file by each of its names, which are what +CONTENTS lists.
  // The others of the lists stand behind it.
  std::string settle_contents(std::string_view text) {
    Edits edits(text);
    ListReader in(text);
    while (const auto item = in.next()) {
      if (!has_sum(*item)) continue;
      const Files::File& file = files_.at(item->about);
      const std::string_view sum = item->value.substr(kMd5.size());
      if (sum != md5(file.before))
        throw FormatError(0, "MD5 does not match \"" + std::string(item->about) + '"');
      growth_ += static_cast<std::int64_t>(file.after.size() - file.before.size());
      const std::string after = md5(file.after);
      if (sum == after) continue;
      context_.changed(kSum, std::string(sum), after, kList);
      edits.replace(sum, after);
    }
    return std::move(edits).finish();
  }

  std::string settle_size(std::string_view name, std::string_view text) {
    const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
    std::int64_t size = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (parsed.ec != std::errc() || size > kLargestSize || size + growth_ < 0)
      throw FormatError(0, std::string(name) + " is no size");
    const std::string after = std::to_string(context_.settle(kSize, size, size + growth_, name));
    Edits edits(text);
    if (growth_ != 0) edits.replace(digits, after);
    return std::move(edits).finish();
  }

  std::string settle_build_info(std::string_view text) {
    Edits edits(text);
    for (std::size_t start = 0; start < text.size();) {
      const std::string_view line = text.substr(start, text.find('\n', start) - start);
      start += line.size() + 1;
      const std::size_t equals = line.find('=');
      if (equals != line.npos) settle_build(line.substr(0, equals), line.substr(equals + 1), edits);
    }
    return std::move(edits).finish();
  }

  void settle_build(std::string_view key, std::string_view value, Edits& edits) {
    if (key == kHost.name && context_.rules().strict() && !value.empty()) {
      context_.changed(kHost, std::string(value), "", kBuildInfo);
      return edits.replace(value, "");
    }
    const auto written = key == kDate.name ? WrittenTime::parse(value) : std::nullopt;
    if (!written) return;
    const std::int64_t after =
        context_.settle_time(kDate, written->seconds(), kDateRange, kBuildInfo);
    if (after != written->seconds()) edits.replace(value, written->write(after));
  }

  Context& context_;
  Files files_;
  std::int64_t growth_ = 0;  // of all listed files
};

}  // namespace

std::unique_ptr<Package> open_netbsd(const tar::Archive& archive, Context& context) {
  if (archive.entries.empty()) return nullptr;
  const tar::Entry& first = archive.entries.front();
  if (first.name != kList || !first.is_plain_file()) return nullptr;
  ListReader in(as_text(first.data));
  while (const auto item = in.next())
    if (item->keyword == "sha" || item->keyword == "md5") return nullptr;
  const bool has_comment = std::ranges::any_of(
      archive.entries, [](const tar::Entry& entry) { return entry.name == "+COMMENT"; });
  return has_comment ? std::make_unique<NetBsd>(archive, context) : nullptr;
}

}  // namespace normalize::package
