#include "normalizers/package/packing_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "normalizers/error.h"

namespace normalize::package {
namespace {

/// Whether the line says something of the file in a line above.
bool describes(const ListItem& item) {
  constexpr std::array<std::string_view, 7> kKeywords{"sha",     "md5",  "size", "ts",
                                                      "symlink", "link", "temp"};
  if (item.keyword == "comment")
    return item.value.starts_with("MD5:") || item.value.starts_with("Symlink:");
  return std::ranges::find(kKeywords, item.keyword) != kKeywords.end();
}

}  // namespace

std::optional<ListItem> ListReader::next() {
  if (left_.empty()) return std::nullopt;
  ListItem item;
  item.line = left_.substr(0, std::min(left_.find('\n'), left_.size() - 1) + 1);
  left_.remove_prefix(item.line.size());
  item.value = item.line.substr(0, item.line.find('\n'));
  if (item.value.starts_with('@')) {
    item.keyword = item.value.substr(1, item.value.find_first_of(" \t") - 1);
    item.value.remove_prefix(1 + item.keyword.size());
    item.value.remove_prefix(std::min(item.value.find_first_not_of(" \t"), item.value.size()));
  }
  if (!describes(item)) about_ = item.value;
  item.about = about_;
  return item;
}

std::int64_t list_number(const ListItem& item) {
  std::int64_t number = 0;
  const char* const end = item.value.data() + item.value.size();
  const auto [stop, error] = std::from_chars(item.value.data(), end, number);
  if (error != std::errc() || stop != end || number < 0)
    throw FormatError(0, "@" + std::string(item.keyword) + " is not a number: \"" +
                             std::string(item.value) + '"');
  return number;
}

}  // namespace normalize::package
