// RECORD: PEP 376 and PEP 427, "The .dist-info directory"; the packaging specification
// "Recording installed projects". `path,algorithm=digest,size`, the digest in URL-safe base64
// without padding.

#include "normalizers/zip/wheel.h"

#include <algorithm>
#include <tuple>

#include "normalizers/bytes/digest.h"
#include "normalizers/error.h"

namespace normalize::zip {
namespace {

constexpr Field kDigest = Field::following("digest and size");
constexpr Field kRows{"order of rows", ""};

/// Takes a CSV field (RFC 4180) off the front of `line`, quotes and all, without the comma behind
/// it.
std::string_view take_field(std::string_view& line) {
  std::size_t at = 0;
  bool quoted = false;
  while (at < line.size() && (quoted || line[at] != ',')) {
    if (line[at] == '"') quoted = !quoted;
    ++at;
  }
  const std::string_view field = line.substr(0, at);
  line.remove_prefix(std::min(at + 1, line.size()));
  return field;
}

std::string unquoted(std::string_view field) {
  if (field.size() < 2 || field.front() != '"' || field.back() != '"') return std::string(field);
  std::string text;
  for (std::size_t i = 1; i + 1 < field.size(); ++i) {
    if (field[i] == '"') ++i;  // "" stands for one
    if (i + 1 < field.size()) text += field[i];
  }
  return text;
}

}  // namespace

WheelRecord::Row WheelRecord::parse_row(std::string_view line) const {
  const auto offset = static_cast<std::size_t>(line.data() - text_.data());
  Row row;
  std::string_view rest = line;
  row.quoted_path = take_field(rest);
  row.path = unquoted(row.quoted_path);
  row.digest = take_field(rest);
  row.size = rest;
  if (row.path.empty() || row.text() != line || row.size.find(',') != std::string::npos)
    throw FormatError(offset, "RECORD has a row that is not of three fields");
  row.old_text = line;
  return row;
}

WheelRecord::WheelRecord(std::string_view dist_info, std::string_view text)
    : text_(text), dist_info_(dist_info) {
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t with_end = std::min(newline + 1, text.size());
    Row row = parse_row(line);
    row.end = text.substr(line.size(), with_end - line.size());
    has_duplicates_ |= by_path_.contains(row.path);
    by_path_.emplace(row.path, rows_.size());
    rows_.push_back(std::move(row));
    text.remove_prefix(with_end);
  }
}

void WheelRecord::update(std::string_view member, ByteView before, const Content& after) {
  const auto [first, last] = by_path_.equal_range(member);
  for (auto found = first; found != last; ++found) update(rows_[found->second], before, after);
}

void WheelRecord::update(Row& row, ByteView before, const Content& after) {
  if (row.digest.empty()) return;
  const std::string algorithm = row.digest.substr(0, row.digest.find('='));
  const auto digest = [&](const Content& content) {
    const auto bytes = message_digest(algorithm, content);
    if (!bytes)
      throw FormatError(0, "RECORD has a digest by \"" + algorithm + "\", which is unknown");
    return algorithm + "=" + base64url(*bytes);
  };
  if (row.digest != digest(Content::view(before)) ||
      (!row.size.empty() && row.size != std::to_string(before.size())))
    throw FormatError(0, "RECORD does not match \"" + row.path + "\"");
  row.digest = digest(after);
  if (!row.size.empty()) row.size = std::to_string(after.size());
}

void WheelRecord::sort() {
  const auto key = [this](const Row& row) {
    const bool own = row.path.starts_with(dist_info_);
    const bool record = own && row.path.substr(dist_info_.size()) == "RECORD";
    return std::tuple(own, record, std::string_view(row.path));
  };
  std::ranges::sort(rows_, {}, key);
}

Bytes WheelRecord::finish(Context& context, std::string_view entry) {
  for (const Row& row : rows_)
    if (row.text() != row.old_text) context.changed(kDigest, row.old_text, row.text(), entry);
  const bool one_ending = std::ranges::all_of(
      rows_, [&](const Row& row) { return row.end == rows_.front().end && !row.end.empty(); });
  if (one_ending && !has_duplicates_) {
    std::vector<std::string> before;
    before.reserve(rows_.size());
    for (const Row& row : rows_) before.push_back(row.path);
    sort();
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (rows_[i].path != before[i]) {
        context.changed(kRows, before[i] + " at " + std::to_string(i),
                        rows_[i].path + " at " + std::to_string(i), entry);
        break;
      }
  }
  std::string text;
  for (const Row& row : rows_) text.append(row.text()).append(row.end);
  const ByteView bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace normalize::zip
