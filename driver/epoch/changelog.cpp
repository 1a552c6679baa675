// The dates in changelogs. Read by hand: strptime(3) would ask the locale for the names of months.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>

#include "driver/epoch/find.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kBlank = " \t";

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line.substr(0, line.find('\r'));
}

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

/// Digits alone, `least` to `most` of them; -1 for anything else.
int number(std::string_view digits, std::size_t least, std::size_t most) {
  if (digits.size() < least || digits.size() > most ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return -1;
  int value = -1;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

int month_number(std::string_view name) {
  const auto found = std::ranges::find(kMonths, name);
  return found == kMonths.end() ? -1 : static_cast<int>(found - kMonths.begin()) + 1;
}

/// Midnight UTC.
std::optional<std::int64_t> day_seconds(int year, int month, int day) {
  using namespace std::chrono;
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const year_month_day date{std::chrono::year{year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return sys_seconds(sys_days(date)).time_since_epoch().count();
}

/// "03:04:05", or "03:04" as RFC 5322 section 3.3 allows.
std::optional<std::int64_t> time_of_day(std::string_view text) {
  if (text.size() != 8 && text.size() != 5) return std::nullopt;
  const int hour = number(text.substr(0, 2), 2, 2), minute = number(text.substr(3, 2), 2, 2);
  const int second = text.size() == 8 ? number(text.substr(6), 2, 2) : 0;
  if (text[2] != ':' || (text.size() == 8 && text[5] != ':')) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

/// "+0130", in seconds east of UTC.
std::optional<std::int64_t> zone_offset(std::string_view text) {
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int hours = number(text.substr(1, 2), 2, 2), minutes = number(text.substr(3), 2, 2);
  if (hours < 0 || minutes < 0 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/// RFC 5322 section 3.3: "Tue, 02 Jan 2024 03:04:05 +0000".
std::optional<std::int64_t> mail_time(std::string_view text) {
  std::string_view word = take_word(text);
  if (word.ends_with(',')) word = take_word(text);
  const int day = number(word, 1, 2);
  const int month = month_number(take_word(text));
  const int year = number(take_word(text), 4, 4);
  const auto midnight = day_seconds(year, month, day);
  const auto time = time_of_day(take_word(text));
  const auto offset = zone_offset(take_word(text));
  if (!midnight || !time || !offset) return std::nullopt;
  return *midnight + *time - *offset;
}

std::optional<std::int64_t> debian_time(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!line.starts_with(" -- ")) continue;
    const std::size_t after_address = line.find(">  ");
    if (after_address == line.npos) return std::nullopt;
    return mail_time(line.substr(after_address + 3));
  }
  return std::nullopt;
}

/// "* Tue Jan 02 2024 ..." or, with a time, "* Tue Jan 02 03:04:05 UTC 2024 ...".
std::optional<std::int64_t> spec_entry_time(std::string_view line) {
  take_word(line);  // the asterisk
  take_word(line);  // the day of the week
  const int month = month_number(take_word(line));
  const int day = number(take_word(line), 1, 2);
  std::string_view word = take_word(line);
  std::int64_t time = 0;
  if (word.find(':') != word.npos) {
    const auto given = time_of_day(word);
    // Any other zone would need a time zone database, and so depend on the machine.
    if (!given || take_word(line) != "UTC") return std::nullopt;
    time = *given;
    word = take_word(line);
  }
  const auto midnight = day_seconds(number(word, 4, 4), month, day);
  if (!midnight) return std::nullopt;
  return *midnight + time;
}

std::optional<std::int64_t> spec_time(std::string_view text) {
  bool in_changelog = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (in_changelog && line.starts_with('*')) return spec_entry_time(line);
    if (take_word(line) == "%changelog") in_changelog = true;
  }
  return std::nullopt;
}

bool is_digit_at(std::string_view text, std::size_t index) {
  return index < text.size() && text[index] >= '0' && text[index] <= '9';
}

std::optional<std::int64_t> general_time(std::string_view text) {
  constexpr std::size_t kDateLength = 10;
  for (std::size_t dash = 4; dash + 6 <= text.size(); ++dash) {
    if (text[dash] != '-' || text[dash + 3] != '-') continue;
    const std::size_t start = dash - 4;
    if ((start > 0 && is_digit_at(text, start - 1)) || is_digit_at(text, start + kDateLength))
      continue;
    const auto seconds =
        day_seconds(number(text.substr(start, 4), 4, 4), number(text.substr(dash + 1, 2), 2, 2),
                    number(text.substr(dash + 4, 2), 2, 2));
    if (seconds) return seconds;
  }
  return std::nullopt;
}

/// "folder/name" without a "./" that nobody wrote.
fs::path within(const std::string& folder, std::string_view name) {
  return folder == "." ? fs::path(name) : fs::path(folder) / name;
}

std::vector<fs::path> spec_files(const std::string& folder) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".spec")
      found.push_back(within(folder, entry.path().filename().string()));
  return found;
}

struct Candidate {
  fs::path file;
  Changelog kind;
};

std::optional<Candidate> changelog_of(const std::string& folder) {
  std::error_code ignored;
  const auto exists = [&](const fs::path& path) { return fs::is_regular_file(path, ignored); };
  if (const auto debian = within(folder, "debian/changelog"); exists(debian))
    return Candidate{debian, Changelog::debian};
  const std::vector<fs::path> specs = spec_files(folder);
  if (specs.size() > 1)
    throw UsageError("--epoch-from=changelog: \"" + folder + "\" holds more than one .spec file");
  if (!specs.empty()) return Candidate{specs.front(), Changelog::spec};
  for (const char* name : {"CHANGELOG.md", "CHANGELOG", "ChangeLog", "CHANGES.md", "CHANGES"})
    if (const auto general = within(folder, name); exists(general))
      return Candidate{general, Changelog::general};
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> changelog_time(std::string_view text, Changelog kind) {
  switch (kind) {
    case Changelog::debian:
      return debian_time(text);
    case Changelog::spec:
      return spec_time(text);
    case Changelog::general:
      return general_time(text);
  }
  return std::nullopt;
}

std::int64_t epoch_from_changelog(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    const std::optional<Candidate> found = changelog_of(folder);
    if (!found) continue;
    const Bytes text = read_whole_file(found->file.string());
    if (const auto seconds = changelog_time(as_text(text), found->kind)) return *seconds;
    throw UsageError("--epoch-from=changelog: \"" + found->file.string() +
                     "\" has no date that could be read");
  }
  throw UsageError(
      "--epoch-from=changelog: found neither debian/changelog nor *.spec nor CHANGELOG");
}

}  // namespace normalize
