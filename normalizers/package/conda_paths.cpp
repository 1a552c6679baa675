#include "normalizers/package/conda_paths.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "normalizers/bytes/digest.h"
#include "normalizers/package/edits.h"
#include "normalizers/package/json.h"
#include "rules/format_time.h"

namespace normalize::package {
namespace {

constexpr Field kSums = Field::following("sha256, size_in_bytes");
constexpr Field kTimestamp{"timestamp", "SOURCE_DATE_EPOCH=..."};

constexpr std::int64_t kLatest =
    253'402'300'799;  // the year 9999; conda takes more for milliseconds

}  // namespace

/// One element of "paths". Values as they stand, empty where there are none.
struct CondaPaths::Listed {
  std::string_view path, type, sha256, sha256_in_prefix, size;

  static std::vector<Listed> read(std::string_view json);
  void set(std::string_view key, std::string_view value) {
    if (key == "_path") path = value;
    if (key == "path_type") type = value;
    if (key == "sha256") sha256 = value;
    if (key == "sha256_in_prefix") sha256_in_prefix = value;
    if (key == "size_in_bytes") size = value;
  }
};

std::vector<CondaPaths::Listed> CondaPaths::Listed::read(std::string_view json) {
  std::vector<Listed> all;
  std::size_t end = 0;  // of the value before
  read_json(json, [&](std::span<const std::string> place, std::string_view value) {
    const auto start = static_cast<std::size_t>(value.data() - json.data());
    const std::string_view between = json.substr(end, start - end);
    end = start + value.size();
    if (place.size() < 3 || place[0] != "paths") return;
    if (place.size() > 3) throw FormatError(start, "info/paths.json goes deeper than is known");
    if (between.find('{') != std::string_view::npos) all.emplace_back();
    if (!all.empty()) all.back().set(place[2], value);
  });
  if (std::ranges::any_of(all, [](const Listed& listed) { return listed.path.empty(); }))
    throw FormatError(0, "info/paths.json has an element without _path");
  return all;
}

class CondaPaths::Update {
 public:
  Update(const CondaPaths& paths, Context& context, std::string_view member)
      : paths_(paths), context_(context), member_(member) {
    for (const auto& [path, file] : paths.files_) {
      const Sums& after = file.after ? *file.after : file.before;
      const auto [known, is_new] = by_sha256_.emplace(file.before.sha256, after);
      if (!is_new && known->second.sha256 != after.sha256) become_two_.insert(file.before.sha256);
    }
  }

  std::optional<Content> run(ByteView json) {
    for (const Listed& listed : Listed::read(as_text(json))) {
      expect_clear(listed);
      if (listed.type == "\"softlink\"" || !is_known(listed))
        follow_link(listed);
      else
        follow_file(listed);
    }
    // Keys stand in any order.
    std::ranges::sort(values_, {}, [](const auto& value) { return value.first.data(); });
    Edits edits(as_text(json));
    for (const auto& [before, after] : values_) edits.replace(before, after);
    return if_changed(json, std::move(edits).finish());
  }

 private:
  void expect_clear(const Listed& listed) const {
    const std::string path = json_string(listed.path).value_or("");
    if (paths_.unclear_.contains(path))
      throw FormatError(0, "info/paths.json lists \"" + path + "\", which is two things");
  }

  bool is_known(const Listed& listed) const {
    return paths_.files_.contains(json_string(listed.path).value_or(""));
  }

  /// A link, of either kind, has the sums of the file that it leads to.
  void follow_link(const Listed& listed) {
    const auto found = by_sha256_.find(json_string(listed.sha256).value_or(""));
    if (found == by_sha256_.end()) return;
    if (become_two_.contains(found->first))
      throw FormatError(0, "files of one content become two, and " + std::string(listed.path) +
                               " in info/paths.json may be either");
    if (found->first != found->second.sha256) replace(listed, found->first, found->second);
  }

  void follow_file(const Listed& listed) {
    const std::string path = json_string(listed.path).value_or("");
    const auto found = paths_.files_.find(path);
    if (found == paths_.files_.end()) return;
    const File& file = found->second;
    const bool right = (listed.sha256.empty() || is(listed.sha256, file.before.sha256)) &&
                       (listed.size.empty() || listed.size == file.before.size);
    if (!right) throw FormatError(0, "info/paths.json does not match \"" + path + '"');
    if (!file.after) return;
    if (!listed.sha256_in_prefix.empty() && !is(listed.sha256_in_prefix, file.before.sha256))
      throw FormatError(0, "sha256_in_prefix of \"" + path + "\" cannot follow");
    replace(listed, file.before.sha256, *file.after);
  }

  static bool is(std::string_view value, std::string_view text) {
    return json_string(value) == text;
  }

  void replace(const Listed& listed, const std::string& before, const Sums& after) {
    const std::string sha256 = '"' + after.sha256 + '"';
    if (!listed.sha256.empty()) values_.emplace_back(listed.sha256, sha256);
    if (!listed.sha256_in_prefix.empty()) values_.emplace_back(listed.sha256_in_prefix, sha256);
    if (!listed.size.empty()) values_.emplace_back(listed.size, after.size);
    const std::string path = json_string(listed.path).value_or("") + ": ";
    context_.changed(kSums, path + before + ", " + std::string(listed.size),
                     path + after.sha256 + ", " + after.size, member_);
  }

  const CondaPaths& paths_;
  Context& context_;
  const std::string_view member_;
  std::map<std::string, Sums, std::less<>> by_sha256_;  // as they are, by what they were
  std::set<std::string, std::less<>> become_two_;       // sums of files that differ afterwards
  std::vector<std::pair<std::string_view, std::string>> values_;
};

CondaPaths::Sums CondaPaths::sums_of(const Content& content) {
  return {hex_digest("sha256", content), std::to_string(content.size())};
}

void CondaPaths::found(std::string_view path, ByteView before) {
  if (!files_.contains(path))
    files_.emplace(path, File{sums_of(Content::view(before)), std::nullopt});
}

void CondaPaths::changed(std::string_view path, ByteView before, const Content& after) {
  files_.insert_or_assign(std::string(path), File{sums_of(Content::view(before)), sums_of(after)});
}

void CondaPaths::unclear(std::string_view path) { unclear_.emplace(path); }

void CondaPaths::left(std::string_view path) {
  if (const auto file = files_.find(path); file != files_.end()) file->second.after.reset();
}

void CondaPaths::left_all() {
  for (auto& [path, file] : files_) file.after.reset();
  unclear_.clear();
}

bool CondaPaths::any_changed() const {
  return !unclear_.empty() || std::ranges::any_of(files_, [](const auto& file) {
    return file.second.after.has_value();
  });
}

std::optional<Content> CondaPaths::update(ByteView json, Context& context,
                                          std::string_view member) const {
  return Update(*this, context, member).run(json);
}

namespace {

/// The normal form of a time in milliseconds, or in seconds as conda-build once wrote it.
std::int64_t normal_timestamp(std::int64_t before, const Rules& rules) {
  const std::int64_t unit = before > kLatest ? 1000 : 1;
  const std::int64_t seconds = before / unit + (before % unit != 0);
  const std::int64_t after = rules.normal_time(seconds);
  const bool stays = after == seconds && rules.time_mode == TimeMode::clamp;
  // 0, and what else counts as seconds, is written as such.
  return stays ? before : after * unit > kLatest ? after * unit : after;
}

}  // namespace

std::optional<Content> update_conda_index(ByteView json, Context& context,
                                          std::string_view member) {
  Edits edits(as_text(json));
  read_json(as_text(json), [&](std::span<const std::string> path, std::string_view value) {
    std::int64_t before = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), before);
    const bool is_number = error == std::errc() && end == value.data() + value.size();
    if (path.size() != 1 || path[0] != kTimestamp.name || !is_number || before < 0) return;
    const std::int64_t after =
        context.settle(kTimestamp, before, normal_timestamp(before, context.rules()), member);
    if (after != before) edits.replace(value, std::to_string(after));
  });
  return if_changed(json, std::move(edits).finish());
}

}  // namespace normalize::package
