// .pkg of FreeBSD (pkg-create(8), libpkg's pkg_manifest.c and pkg_checksum.c): a tar of
// +COMPACT_MANIFEST, +MANIFEST and the files under absolute names. +MANIFEST is JSON on one line:
// of each file a sum, owner, permissions and mtime, which pkg prefers to the header's; of folders
// owner and permissions; flatsize is the bytes of all files. Sums follow what the files become,
// flatsize their sizes; mtime, perm and the build_timestamp of poudriere become what the same
// fields become in a header. All else in the manifests stays byte for byte. Owners go by name.

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "normalizers/metadata/written_time.h"
#include "normalizers/package/edits.h"
#include "normalizers/package/files.h"
#include "normalizers/package/json.h"
#include "normalizers/package/kinds.h"
#include "normalizers/package/pkg_sum.h"
#include "normalizers/tar/header_rewriter.h"

namespace normalize::package {
namespace {

constexpr Field kSum = Field::following("sum");
constexpr Field kPerm{"perm", "umask 022"};
constexpr Field kMtime{"mtime", "pkg create -t $SOURCE_DATE_EPOCH"};
constexpr Field kFlatsize = Field::following("flatsize");
constexpr Field kTimestamp{"build_timestamp", ""};
constexpr std::string_view kManifest = "+MANIFEST", kCompact = "+COMPACT_MANIFEST";
constexpr std::int64_t kLargestSize = std::int64_t{1} << 60;
constexpr TimeRange kTimestampRange{0, WrittenTime::kRange.ceiling};

[[noreturn]] void refuse(std::string_view what, std::string_view value) {
  throw FormatError(0, "+MANIFEST: " + std::string(what) + " is " + std::string(value));
}

std::int64_t whole_number(std::string_view what, std::string_view value) {
  std::int64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || stop != end) refuse(what, value);
  return number;
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

/// libpkg writes "%25" for "%" in a name, and so all that is not ASCII.
std::string unescaped(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    unsigned code = 0;
    const char* const digits = name.data() + i + 1;
    if (name[i] == '%' && name.size() - i > 2 &&
        std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
      text += static_cast<char>(code);
      i += 2;
    } else {
      text += name[i];
    }
  }
  return text;
}

/// A member as the manifest knows it: its mode is settled as one in a header would be.
std::int64_t settled_mode(char type, std::int64_t mode, const Rules& rules) {
  tar::Entry entry;
  entry.type = type;
  return tar::normal_mode(entry, mode, rules.profile);
}

bool is_in(std::string_view table, std::span<const std::string> path) {
  return path.size() > 1 && path[0] == table;
}

class FreeBsd final : public Package {
 public:
  FreeBsd(const tar::Archive& archive, std::string_view manifest, Context& context)
      : context_(context), files_(archive) {
    read_json(manifest, [&](std::span<const std::string> path, std::string_view value) {
      if (is_in("files", path) && path.back() == "mtime")
        times_.emplace(unescaped(path[1]), whole_number("mtime", value));
    });
  }

  Owners own_owners() const override { return Owners::names; }
  bool is_list(const tar::Entry& entry) const override {
    return entry.name == kManifest || entry.name == kCompact;
  }

  std::optional<Neighbours::Neighbour> times(const tar::Entry& entry) const override {
    const auto found = times_.find(entry.name);
    if (found == times_.end()) return std::nullopt;
    return Neighbours::Neighbour{found->second,
                                 context_.rules().normal_time(found->second, tar::kMtimeRange)};
  }

  std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) override {
    if (!entry.name.starts_with('+')) return files_.settled(entry, registry(entry));
    if (!is_list(entry)) return std::nullopt;
    Edits edits(as_text(entry.data));
    read_json(as_text(entry.data), [&](std::span<const std::string> path, std::string_view value) {
      settle_value(entry.name, path, value, edits);
    });
    std::optional<Content> after = if_changed(entry.data, std::move(edits).finish());
    if (after) context_.rewrote(entry.name, entry.data, *after);
    return after;
  }

 private:
  void settle_value(std::string_view list, std::span<const std::string> path,
                    std::string_view value, Edits& edits) {
    if (is_in("files", path)) {
      const std::string name = unescaped(path[1]);
      if (path.size() == 2) return settle_sum(list, name, value, edits);
      settle_file(list, name, path.back(), value, edits);
    } else if (is_in("directories", path)) {
      if (path.back() == "perm") settle_perm(list, '5', value, edits);
      if (path.back() == "mtime") settle_mtime(list, value, edits);
    } else if (path.size() == 1 && path[0] == "flatsize") {
      settle_flatsize(list, value, edits);
    } else if (path.size() == 2 && path[0] == "annotations" && path[1] == "build_timestamp") {
      settle_timestamp(list, value, edits);
    }
  }

  void settle_file(std::string_view list, const std::string& name, std::string_view key,
                   std::string_view value, Edits& edits) {
    if (key == "sum") return settle_sum(list, name, value, edits);
    if (key == "perm")
      return settle_perm(list, files_.is_symbolic_link(name) ? '2' : '0', value, edits);
    if (key == "mtime") return settle_mtime(list, value, edits);
    if (key != "uname" && key != "gname" && key != "fflags" && key != "symlink_target")
      refuse("a key of \"" + name + '"', "unknown: \"" + std::string(key) + '"');
  }

  void settle_sum(std::string_view list, const std::string& name, std::string_view value,
                  Edits& edits) {
    const std::optional<std::string> sum = json_string(value);
    if (!sum) refuse("a sum", value);
    if (is_no_sum(*sum) || files_.is_symbolic_link(name)) return;
    const Files::File& file = files_.at(name);
    if (*sum != sum_like(*sum, file.before))
      throw FormatError(0, "the sum in " + std::string(list) + " does not match \"" + name + '"');
    const std::string after = sum_like(*sum, file.after);
    if (*sum == after) return;
    context_.changed(kSum, *sum, after, list);
    edits.replace(value, quoted(after));
  }

  void settle_perm(std::string_view list, char type, std::string_view value, Edits& edits) {
    const std::string text = json_string(value).value_or("");
    std::int64_t mode = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, mode, 8);
    if (error != std::errc() || stop != end || mode < 0) refuse("perm", value);
    const std::int64_t after = settled_mode(type, mode, context_.rules());
    if (after == mode) return;
    char digits[24];
    std::snprintf(digits, sizeof digits, "%#4llo", static_cast<unsigned long long>(after));
    context_.changed(kPerm, text, digits, list);
    edits.replace(value, quoted(digits));
  }

  void settle_mtime(std::string_view list, std::string_view value, Edits& edits) {
    const std::int64_t before = whole_number("mtime", value);
    const std::int64_t after = context_.settle_time(kMtime, before, tar::kMtimeRange, list);
    if (after != before) edits.replace(value, std::to_string(after));
  }

  void settle_flatsize(std::string_view list, std::string_view value, Edits& edits) {
    const std::int64_t before = whole_number("flatsize", value), growth = files_.growth();
    if (before < 0 || before > kLargestSize || before + growth < 0) refuse("flatsize", value);
    if (growth != 0)
      edits.replace(value,
                    std::to_string(context_.settle(kFlatsize, before, before + growth, list)));
  }

  void settle_timestamp(std::string_view list, std::string_view value, Edits& edits) {
    const auto written = WrittenTime::parse(json_string(value).value_or(""));
    if (!written) return;
    const std::int64_t before = written->seconds();
    const std::int64_t after = context_.settle_time(kTimestamp, before, kTimestampRange, list);
    if (after != before) edits.replace(value, quoted(written->write(after)));
  }

  Context& context_;
  Files files_;
  std::map<std::string, std::int64_t, std::less<>> times_;  // by name
};

}  // namespace

std::unique_ptr<Package> open_freebsd(const tar::Archive& archive, Context& context) {
  if (archive.entries.empty()) return nullptr;
  const std::string_view first = archive.entries.front().name;
  if (first != kCompact && first != kManifest) return nullptr;
  const auto manifest = std::ranges::find(archive.entries, kManifest, &tar::Entry::name);
  // The manifests of pkg 1.0 were YAML.
  if (manifest == archive.entries.end() || !manifest->is_plain_file() ||
      !as_text(manifest->data).starts_with('{'))
    return nullptr;
  return std::make_unique<FreeBsd>(archive, as_text(manifest->data), context);
}

}  // namespace normalize::package
