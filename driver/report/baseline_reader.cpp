#include "driver/report/baseline_reader.h"

#include <array>
#include <optional>
#include <span>

#include "normalizers/error.h"
#include "normalizers/package/json.h"

namespace normalize {
namespace {

/// RFC 4648 section 4; unset where `text` is none.
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned group = 0, bits = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (const char digit : text) {
    const std::size_t value = kDigits.find(digit);
    if (value == kDigits.npos) return std::nullopt;
    group = (group << 6 | static_cast<unsigned>(value)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xff);
  }
  return bytes;
}

/// What an object has said of itself so far.
struct Object {
  std::optional<std::string> type, path, path_base64, format, field;

  std::optional<std::string>* member(std::string_view key) {
    if (key == "type") return &type;
    if (key == "path") return &path;
    if (key == "path_base64") return &path_base64;
    if (key == "format") return &format;
    return key == "field" ? &field : nullptr;
  }
};

class LineReader {
 public:
  std::vector<KnownFinding> read(std::string_view line) {
    package::read_json(line, [&](std::span<const std::string> path, std::string_view value) {
      if (path.empty()) throw FormatError(0, "no object");
      take(path, value);
    });
    std::vector<KnownFinding> known;
    for (const Object& object : objects_)
      if (object.field) known.push_back(finding(object));
    if (line_.field)
      known.push_back(finding(line_));
    else if (line_.type != "file" && line_.type != "summary")
      throw FormatError(0, "neither a finding nor a line of check --format=jsonl");
    return known;
  }

 private:
  void take(std::span<const std::string> path, std::string_view value) {
    if (path.size() == 1) {
      if (const auto member = line_.member(path.back())) *member = package::json_string(value);
      return;
    }
    // Elements of an array have the same path: a key that was there already belongs to the next.
    const std::vector<std::string> parent(path.begin(), path.end() - 1);
    if (objects_.empty() || parent != parent_) objects_.emplace_back();
    auto member = objects_.back().member(path.back());
    if (member && *member) member = objects_.emplace_back().member(path.back());
    if (member) *member = package::json_string(value);
    parent_ = parent;
  }

  KnownFinding finding(const Object& object) const {
    const Object& place = object.path ? object : line_;  // times and links have none of their own
    if (!place.path) throw FormatError(0, "a finding without a path");
    KnownFinding known{*place.path, object.format.value_or(""), *object.field};
    if (!place.path_base64) return known;
    const auto bytes = from_base64(*place.path_base64);
    if (!bytes) throw FormatError(0, "path_base64 is no base64");
    known.path = *bytes;
    return known;
  }

  Object line_;
  std::vector<Object> objects_;      // below it
  std::vector<std::string> parent_;  // the keys that lead to the last of them
};

}  // namespace

std::vector<KnownFinding> read_known_findings(std::string_view line) {
  return LineReader().read(line);
}

}  // namespace normalize
