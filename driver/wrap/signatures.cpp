#include "driver/wrap/signatures.h"

#include <algorithm>
#include <array>

namespace normalize::wrap {
namespace {

constexpr std::array<std::string_view, 4> kSuffixes = {".sig", ".asc", ".sign", ".minisig"};
/// Formats that hold a package as their one member.
constexpr std::array<std::string_view, 5> kCodecs = {"gzip", "xz", "zstd", "bzip2", "lz4"};

}  // namespace

std::string signed_package(const std::string& path) {
  for (const std::string_view suffix : kSuffixes)
    if (path.ends_with(suffix)) return path.substr(0, path.size() - suffix.size());
  return "";
}

bool is_about_the_package(const FileReport& package, const std::string& member) {
  if (member.empty()) return true;
  return member.find('!') == member.npos &&
         std::ranges::find(kCodecs, package.format) != kCodecs.end();
}

bool is_said_to_be_signed(const FileReport& package) {
  return std::ranges::any_of(package.journal.remarks, [&](const Remark& remark) {
    return remark.text.find("signed (") != remark.text.npos &&
           is_about_the_package(package, remark.member);
  });
}

std::vector<std::string> fields_beside_signatures(const FileReport& package) {
  std::vector<std::string> names;
  for (const Finding& finding : package.journal.findings) {
    const std::string_view name = finding.field->name;
    if (name.find("signature") != name.npos) continue;
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  }
  return names;
}

}  // namespace normalize::wrap
