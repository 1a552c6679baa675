#include "normalizers/rpm/classes.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <list>
#include <set>

#include "normalizers/bytes/reader.h"
#include "rules/calendar_names.h"

namespace normalize::rpm {
namespace {

constexpr Field kClassDict{"CLASSDICT", "gzip -n for what the package holds"};

/// As asctime(3) has it, in UTC: "Tue Jan  2 03:04:05 2024".
std::string time_text(std::uint32_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3s %.3s%3u %.2d:%.2d:%.2d %d",
                kWeekdays[weekday(day).c_encoding()].data(),
                kMonths[unsigned(date.month()) - 1].data(), unsigned(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(date.year()));
  return text.data();
}

std::string hexadecimal_text(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0X%X", value);
  return text.data();
}

void replace(std::string& text, std::size_t from, const std::string& before,
             const std::string& after) {
  const std::size_t at = text.find(before, from);
  if (!before.empty() && at != std::string::npos) text.replace(at, before.size(), after);
}

/// The first bytes of what a file was and is, and the last four of each.
struct Heads {
  ByteView before, after, last_before, last_after;

  bool both_start(std::string_view magic) const {
    return starts_with(before, magic) && starts_with(after, magic);
  }
  bool both_hold(std::size_t count) const {
    return before.size() >= count && after.size() >= count;
  }
};

std::uint8_t byte_at(ByteView bytes, std::size_t offset) {
  return std::to_integer<std::uint8_t>(bytes[offset]);
}
std::uint32_t little_at(ByteView bytes, std::size_t offset) {
  return Reader(bytes.subspan(offset)).little_endian<std::uint32_t>("number");
}
std::uint32_t big_at(ByteView bytes, std::size_t offset) {
  return Reader(bytes.subspan(offset)).big_endian<std::uint32_t>("number");
}

std::string gzip_time(ByteView head) {
  const std::uint32_t mtime = little_at(head, 4);
  return mtime == 0 ? "" : ", last modified: " + time_text(mtime);
}

std::string gzip_level(ByteView head) {
  const std::uint8_t xfl = byte_at(head, 8);
  return xfl == 2 ? ", max compression" : xfl == 4 ? ", max speed" : "";
}

std::string gzip_system(ByteView head) {
  constexpr std::array kSystems{"FAT filesystem (MS-DOS, OS/2, NT)",
                                "Amiga",
                                "VMS",
                                "Unix",
                                "VM/CMS",
                                "Atari",
                                "HPFS filesystem (OS/2, NT)",
                                "MacOS",
                                "Z-System",
                                "CP/M",
                                "TOPS/20",
                                "NTFS filesystem (NT)",
                                "QDOS",
                                "Acorn RISCOS"};
  const std::uint8_t os = byte_at(head, 9);
  return os < kSystems.size() ? std::string(", from ") + kSystems[os] : "";
}

std::string gzip_size(ByteView isize) {
  return ", original size modulo 2^32 " + std::to_string(little_at(isize, 0));
}

void follow_gzip(std::string& text, const Heads& heads) {
  constexpr std::uint8_t kFname = 1 << 3;
  const std::size_t from = text.find("gzip compressed data");
  if (from == std::string::npos) return;
  if (byte_at(heads.before, 3) & kFname && !(byte_at(heads.after, 3) & kFname)) {
    const std::size_t name = text.find(", was \"", from);
    if (name != std::string::npos) {
      std::size_t end = std::string::npos;
      for (const char* behind : {"\", ", "\")"}) end = std::min(end, text.find(behind, name + 7));
      text.erase(name, end == std::string::npos ? end : end + 1 - name);
    }
  }
  replace(text, from, gzip_time(heads.before), gzip_time(heads.after));
  replace(text, from, gzip_level(heads.before), gzip_level(heads.after));
  replace(text, from, gzip_system(heads.before), gzip_system(heads.after));
  replace(text, from, gzip_size(heads.last_before), gzip_size(heads.last_after));
}

/// PEP 552: the header of Python 3.7 and later; earlier ones are not quoted.
void follow_pyc(std::string& text, const Heads& heads) {
  if (text.find("Byte-compiled Python module") == std::string::npos || !heads.both_hold(16)) return;
  if (little_at(heads.before, 4) != 0 || little_at(heads.after, 4) != 0) return;
  replace(text, 0, ".py timestamp: " + time_text(little_at(heads.before, 8)),
          ".py timestamp: " + time_text(little_at(heads.after, 8)));
}

void follow_uimage(std::string& text, const Heads& heads) {
  if (text.find("uImage") == std::string::npos || !heads.both_hold(64)) return;
  const auto bytes_text = [](ByteView head) {
    return ", " + std::to_string(big_at(head, 12)) + " bytes";
  };
  replace(text, 0, bytes_text(heads.before), bytes_text(heads.after));
  replace(text, 0, time_text(big_at(heads.before, 8)), time_text(big_at(heads.after, 8)));
  for (const auto& [name, offset] :
       {std::pair("Header CRC: ", std::size_t{4}), std::pair("Data CRC: ", std::size_t{24})})
    replace(text, 0, name + hexadecimal_text(big_at(heads.before, offset)),
            name + hexadecimal_text(big_at(heads.after, offset)));
}

void follow_coff(std::string& text, const Heads& heads) {
  if (text.find("COFF") == std::string::npos || !heads.both_hold(20)) return;
  replace(text, 0, "created " + time_text(little_at(heads.before, 4)),
          "created " + time_text(little_at(heads.after, 4)));
}

/// What file(1) says is short; what is not is somebody else's, and costs memory for each file.
constexpr std::size_t kLongestText = 4096;

using Texts = std::vector<const std::string*>;  // one a file

/// The texts of files that changed, where they change too: `texts` follow, `made` holds them.
void follow_texts(Texts& texts, std::list<std::string>& made,
                  const std::map<std::size_t, NewData>& changed, const Files& files,
                  Context& context) {
  for (const auto& [index, data] : changed) {
    const std::string& before = *texts[index];
    if (before.size() > kLongestText) continue;
    std::string after = class_text(before, data.before, data.after);
    if (after == before) continue;
    context.changed(kClassDict, before, after, files[index].path);
    texts[index] = &made.emplace_back(std::move(after));
  }
}

/// The texts in the order of the dictionary they come from, each once; sorted where that was, as
/// old versions of rpmbuild sort it.
std::vector<std::string> new_dictionary(const std::vector<std::string>& before,
                                        const std::vector<std::uint64_t>& classes,
                                        const Texts& texts) {
  std::vector<Texts> became(before.size());
  for (std::size_t i = 0; i < classes.size(); ++i)
    became[static_cast<std::size_t>(classes[i])].push_back(texts[i]);
  std::vector<std::string> after;
  std::set<std::string_view> seen;  // of texts that outlive it
  const auto add = [&](const std::string& text) {
    if (seen.insert(text).second) after.push_back(text);
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (became[i].empty()) add(before[i]);
    for (const std::string* text : became[i]) add(*text);
  }
  if (std::ranges::is_sorted(before)) std::ranges::sort(after);
  return after;
}

}  // namespace

std::string class_text(std::string text, ByteView before, const Content& after) {
  constexpr std::size_t kHead = 64, kLast = 4;
  if (before.size() < kLast || after.size() < kLast) return text;
  const Bytes head = after.slice(0, kHead).to_bytes();
  const Bytes last = after.slice(after.size() - kLast, kLast).to_bytes();
  const Heads heads{before, head, before.last(kLast), last};
  if (heads.both_start("\x1f\x8b") && heads.both_hold(18)) follow_gzip(text, heads);
  follow_pyc(text, heads);
  if (heads.both_start("\x27\x05\x19\x56")) follow_uimage(text, heads);
  follow_coff(text, heads);
  return text;
}

void follow_classes(Header& header, const std::map<std::size_t, NewData>& changed,
                    const Files& files, Context& context) {
  const auto dictionary = header.strings(tag::kClassDict);
  const auto classes = header.numbers(tag::kFileClass);
  const auto is_outside = [&](std::uint64_t index) { return index >= dictionary.size(); };
  if (classes.size() != files.size() || std::ranges::any_of(classes, is_outside)) return;
  Texts texts;
  for (const std::uint64_t index : classes)
    texts.push_back(&dictionary[static_cast<std::size_t>(index)]);
  std::list<std::string> made;
  follow_texts(texts, made, changed, files, context);
  if (made.empty()) return;
  const auto after = new_dictionary(dictionary, classes, texts);
  std::map<std::string_view, std::uint64_t> number;
  for (const std::string& text : after) number.emplace(text, number.size());
  std::vector<std::uint64_t> new_classes;
  for (const std::string* text : texts) new_classes.push_back(number.at(*text));
  header.set_strings(tag::kClassDict, after);
  header.set_numbers(tag::kFileClass, new_classes);
}

}  // namespace normalize::rpm
