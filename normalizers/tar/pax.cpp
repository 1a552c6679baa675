#include "normalizers/tar/pax.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "normalizers/bytes/reader.h"

namespace normalize::tar {
namespace {

template <typename T>
std::optional<T> whole_number(std::string_view text) {
  T value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// The owner is in the header, as are the seconds of mtime; atime and ctime tell of the machine that
// packed, and so do star's device, inode and number of links.
constexpr std::array kNoise{"mtime",
                            "atime",
                            "ctime",
                            "uid",
                            "gid",
                            "uname",
                            "gname",
                            "SCHILY.dev",
                            "SCHILY.ino",
                            "SCHILY.nlink",
                            "LIBARCHIVE.creationtime"};

// Where a file was loaded from, with what, and when; what it was hashed to. macOS gives the last
// five to all that a program of some kind has made.
constexpr std::array<std::string_view, 9> kOrigins{"user.xdg.",
                                                   "user.dublincore.",
                                                   "user.shatag.",
                                                   "user.Zone.Identifier",
                                                   "com.apple.lastuseddate",
                                                   "com.apple.macl",
                                                   "com.apple.metadata:",
                                                   "com.apple.provenance",
                                                   "com.apple.quarantine"};

bool is_origin(std::string_view key) {
  for (const std::string_view writer : {"SCHILY.xattr.", "LIBARCHIVE.xattr."})
    if (key.starts_with(writer))
      return std::ranges::any_of(kOrigins, [&](std::string_view origin) {
        return key.substr(writer.size()).starts_with(origin);
      });
  return false;
}

}  // namespace

std::vector<Record> parse_records(ByteView data, std::size_t base) {
  constexpr std::size_t kMostDigits = 20;
  std::vector<Record> records;
  Reader in(data, base);
  while (in.remaining() > 0) {
    const std::string_view rest = as_text(in.rest());
    const std::size_t space = rest.substr(0, kMostDigits).find(' ');
    if (space == std::string_view::npos) in.fail("pax record has no length");
    const auto length = size_of(rest.substr(0, space));
    if (!length || *length < space + 3) in.fail("pax record has a wrong length");
    Reader record = in.region(*length, "pax record");
    const std::string_view text = as_text(record.rest());
    const std::size_t equals = text.find('=', space + 1);
    if (text.back() != '\n' || equals == std::string_view::npos)
      record.fail("pax record is not \"length key=value\\n\"");
    records.push_back({text.substr(space + 1, equals - space - 1),
                       text.substr(equals + 1, text.size() - equals - 2)});
  }
  return records;
}

void append_record(std::string& out, std::string_view key, std::string_view value) {
  const std::size_t rest = 1 + key.size() + 1 + value.size() + 1;  // ' ', '=', '\n'
  std::size_t length = rest + 1;
  while (rest + std::to_string(length).size() != length)
    length = rest + std::to_string(length).size();  // which counts its own digits
  out += std::to_string(length);
  out += ' ';
  out += key;
  out += '=';
  out += value;
  out += '\n';
}

std::optional<std::string_view> find_record(const std::vector<Record>& records,
                                            std::string_view key) {
  const auto found = std::find_if(records.rbegin(), records.rend(),
                                  [&](const Record& record) { return record.key == key; });
  if (found == records.rend()) return std::nullopt;
  return found->value;
}

bool has_sparse_map(const std::vector<Record>& records) {
  return std::ranges::any_of(records, [](const Record& record) {
    return record.key.starts_with("GNU.sparse.") || record.key == "SCHILY.realsize";
  });
}

bool is_noise(std::string_view key, Profile profile) {
  return std::ranges::find(kNoise, key) != kNoise.end() ||
         (profile == Profile::strict && is_origin(key));
}

std::optional<std::int64_t> seconds_of(std::string_view time) {
  const std::size_t point = time.find('.');
  std::optional<std::int64_t> seconds = whole_number<std::int64_t>(time.substr(0, point));
  if (!seconds || point == std::string_view::npos) return seconds;
  const std::string_view fraction = time.substr(point + 1);
  if (!std::ranges::all_of(fraction, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  const bool whole = std::ranges::all_of(fraction, [](char c) { return c == '0'; });
  if (time.starts_with('-') && !whole) {
    if (*seconds == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    --*seconds;
  }
  return seconds;
}

std::optional<std::uint64_t> size_of(std::string_view number) {
  return whole_number<std::uint64_t>(number);
}

}  // namespace normalize::tar
