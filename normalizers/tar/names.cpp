#include "normalizers/tar/names.h"

#include <algorithm>

namespace normalize::tar {
namespace {

struct PathParts {
  std::string_view folder, base;
};

/// As dirname(1) and basename(1) have it.
PathParts split(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {".", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The last folder of `name` where that is `word`, or `word` and a number: "PaxHeaders.123". Empty
/// where it is not.
std::string_view marker_of(std::string_view name, std::string_view word) {
  const std::string_view folder = split(name).folder;
  const std::string_view marker = folder.substr(folder.rfind('/') + 1);
  if (!marker.starts_with(word)) return {};
  const std::string_view number = marker.substr(word.size());
  const bool numbered = number.starts_with('.') && is_number(number.substr(1));
  return number.empty() || numbered ? marker : std::string_view();
}

}  // namespace

std::string pax_header_name(const std::string& old, const Entry& entry) {
  const bool gnu = !marker_of(old, "PaxHeaders").empty();
  const bool libarchive = entry.renamed && !marker_of(old, "PaxHeader").empty();
  if (!gnu && !libarchive) return old;
  const PathParts parts = split(entry.name);
  return std::string(parts.folder) + (gnu ? "/PaxHeaders/" : "/PaxHeader/") +
         std::string(parts.base);
}

std::string global_header_name(const std::string& old) {
  const std::string_view base = split(old).base;
  if (!base.starts_with("GlobalHead.")) return old;
  const std::string_view number = base.substr(base.rfind('.') + 1);
  return is_number(number) ? "GlobalHead." + std::string(number) : old;
}

std::string sparse_file_name(const std::string& old) {
  constexpr std::string_view kWord = "GNUSparseFile";
  const std::string_view marker = marker_of(old, kWord);
  if (marker.empty()) return old;
  const auto start = static_cast<std::size_t>(marker.data() - old.data());
  return std::string(old).replace(start, marker.size(), kWord);
}

}  // namespace normalize::tar
