#include "driver/manifest/keywords.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "driver/usage_error.h"
#include "normalizers/package/mtree_words.h"

namespace normalize {
namespace {

using Type = NormalName::Type;

/// In the order of the enumeration.
constexpr std::array<std::string_view, 17> kSpellings{
    "type", "mode",   "uid", "gid",  "uname",  "gname",  "nlink",  "size",  "time",
    "link", "device", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512"};

std::string_view type_word(Type type) {
  constexpr std::array<std::string_view, 7> kWords{"file",  "dir",  "link",  "char",
                                                   "block", "fifo", "socket"};
  return kWords[static_cast<std::size_t>(type)];
}

template <typename... Values>
std::string printed(const char* format, Values... values) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

template <typename Value>
std::optional<std::string> where(bool applies, Value value) {
  return applies ? std::optional(value()) : std::nullopt;
}

}  // namespace

std::optional<Keyword> keyword_named(std::string_view word) {
  const std::string algorithm = package::algorithm_of(word);
  if (algorithm == "ripemd160") return Keyword::rmd160;
  const auto found = std::ranges::find(kSpellings, algorithm.empty() ? word : algorithm);
  if (found == kSpellings.end()) return std::nullopt;
  return static_cast<Keyword>(found - kSpellings.begin());
}

std::string_view spelling(Keyword keyword) { return kSpellings[static_cast<std::size_t>(keyword)]; }

std::string algorithm_of(Keyword keyword) { return package::algorithm_of(spelling(keyword)); }

std::vector<Keyword> parse_keywords(const std::string& text) {
  std::vector<Keyword> keywords{Keyword::type};
  std::string words = text;
  std::ranges::replace(words, ',', ' ');
  for (std::string_view rest = words;;) {
    const std::string_view word = package::take_word(rest);
    if (word.empty()) break;
    if (word == "all") {
      for (std::size_t i = 0; i < kSpellings.size(); ++i)
        keywords.push_back(static_cast<Keyword>(i));
    } else if (const auto keyword = keyword_named(word)) {
      keywords.push_back(*keyword);
    } else {
      throw UsageError("-k: " + std::string(word) + ": no such keyword");
    }
  }
  std::ranges::sort(keywords);
  const auto [first, last] = std::ranges::unique(keywords);
  keywords.erase(first, last);
  return keywords;
}

std::vector<Keyword> default_keywords() {
  return {Keyword::type, Keyword::mode, Keyword::uid,    Keyword::gid,   Keyword::size,
          Keyword::time, Keyword::link, Keyword::device, Keyword::sha256};
}

std::vector<std::string> algorithms_of(const std::vector<Keyword>& keywords) {
  std::vector<std::string> algorithms;
  for (const Keyword keyword : keywords)
    if (std::string algorithm = algorithm_of(keyword); !algorithm.empty())
      algorithms.push_back(std::move(algorithm));
  return algorithms;
}

std::optional<std::string> value_of(Keyword keyword, const Described& described,
                                    const std::vector<std::string>& algorithms) {
  const NormalName& name = described.name;
  const bool is_device = name.type == Type::character || name.type == Type::block;
  switch (keyword) {
    case Keyword::type:
      return std::string(type_word(name.type));
    case Keyword::mode:
      return printed("%04o", name.mode);
    case Keyword::uid:
      return std::to_string(name.uid);
    case Keyword::gid:
      return std::to_string(name.gid);
    case Keyword::uname:
      return given(name.uname);
    case Keyword::gname:
      return given(name.gname);
    case Keyword::nlink:
      return where(name.type == Type::file, [&] { return std::to_string(name.links); });
    case Keyword::size:
      return where(name.type == Type::file, [&] { return std::to_string(described.size); });
    case Keyword::time:
      return printed("%lld.%09d", static_cast<long long>(name.mtime.seconds),
                     static_cast<int>(name.mtime.nanoseconds));
    case Keyword::link:
      return where(name.type == Type::link, [&] { return name.target; });
    case Keyword::device:
      return where(is_device, [&] { return printed("native,%u,%u", name.major, name.minor); });
    default:
      break;
  }
  const auto at = std::ranges::find(algorithms, algorithm_of(keyword)) - algorithms.begin();
  return where(static_cast<std::size_t>(at) < described.digests.size(),
               [&] { return described.digests[static_cast<std::size_t>(at)]; });
}

}  // namespace normalize
