// .conda: metadata.json, pkg-NAME.tar.zst and info-NAME.tar.zst, stored. What the tar archives hold
// is told in normalizers/package/conda.cpp.

#include "normalizers/zip/conda.h"

#include <algorithm>

namespace normalize::zip {
namespace {

constexpr std::string_view kSuffix = ".tar.zst", kPaths = "info/paths.json";

/// A path from the .conda file: the member, the tar archive in it, and what stands there.
struct Place {
  std::string_view member, file;
};

Place place_of(std::string_view path) {
  const std::size_t first = path.find('!');
  const std::size_t second = first == path.npos ? first : path.find('!', first + 1);
  return {path.substr(0, first), second == path.npos ? "" : path.substr(second + 1)};
}

}  // namespace

bool is_conda_files(std::string_view name) {
  return name.starts_with("pkg-") && name.ends_with(kSuffix);
}

bool is_conda_info(std::string_view name) {
  return name.starts_with("info-") && name.ends_with(kSuffix);
}

bool CondaFile::files_were_replaced() const {
  return std::ranges::any_of(replaced_, [](const auto& name) { return is_conda_files(name); });
}

void CondaFile::check() const {
  const bool info_was_replaced =
      std::ranges::any_of(replaced_, [](const auto& name) { return is_conda_info(name); });
  const bool follows =
      info_was_opened_ && (!info_has_to_change_ || (info_was_replaced && !info_was_left_));
  if (files_were_replaced() && paths_.any_changed() && !follows)
    throw FormatError(0, "info/paths.json does not open, and has to follow its files");
}

std::optional<Content> CondaFile::decide(std::string_view path, Source& member) {
  const Place place = place_of(path);
  if (is_conda_files(place.member) && !place.file.empty() && place.file.find('!') == path.npos)
    paths_.found(place.file, member.all());
  if (!is_conda_info(place.member) || place.file.empty()) return std::nullopt;
  info_was_opened_ = true;
  if (place.file != kPaths) return std::nullopt;
  if (!files_were_replaced()) paths_.left_all();
  std::optional<Content> after = paths_.update(member.all(), context_, path);
  info_has_to_change_ |= after.has_value();
  return after;
}

void CondaFile::changed(std::string_view path, ByteView before, const Content& after) {
  const Place place = place_of(path);
  if (!is_conda_files(place.member) || place.file.empty()) return;
  if (place.file.find('!') != place.file.npos)
    paths_.unclear(place.file);
  else
    paths_.changed(place.file, before, after);
}

void CondaFile::left(std::string_view path) {
  const Place place = place_of(path);
  if (is_conda_info(place.member) && place.file.empty()) info_was_left_ = true;
  if (!is_conda_files(place.member)) return;
  if (place.file.empty())
    paths_.left_all();
  else if (place.file.find('!') == place.file.npos)
    paths_.left(place.file);
}

}  // namespace normalize::zip
