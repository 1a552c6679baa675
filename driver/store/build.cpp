#include "driver/store/build.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "normalizers/error.h"
#include "normalizers/package/mtree_words.h"

namespace normalize::store {
namespace {

using Type = NormalName::Type;

const std::vector<std::string>& algorithms() {
  static const std::vector<std::string> names{"sha256"};
  return names;
}

Described described(const BuildName& name, Form form) {
  Described result{name_in(name, form), 0, {}};
  if (!name.is_file()) return result;
  result.size = bytes_in(name, form).size;
  result.digests = {bytes_in(name, form).digest.hex()};
  return result;
}

std::string words_of(const BuildName& name, Form form) {
  return specification_words(described(name, form), default_keywords(), algorithms(),
                             Flavour::netbsd);
}

std::string hex_of(std::string_view text) { return hexadecimal(as_bytes(text)); }

/// The words, of all that tell of the original, that are others than those of the normal form:
/// " was.mode=0775".
std::string original_words(const BuildName& name) {
  const Described normal = described(name, Form::normal),
                  original = described(name, Form::original);
  std::string text;
  for (const Keyword keyword : default_keywords()) {
    const auto value = value_of(keyword, original, algorithms());
    if (value && value != value_of(keyword, normal, algorithms()))
      text.append(" was.").append(spelling(keyword)).append("=") += package::vis(*value);
  }
  return text;
}

std::string line_of(const BuildName& name) {
  std::string path = name.path;
  if (path.ends_with('/')) path.pop_back();
  std::string line = path.empty() ? "." : "./" + package::vis(path);
  line += words_of(name, Form::normal) + original_words(name);
  if (!name.hard_link.empty()) line += " hardlink=" + package::vis(name.hard_link);
  if (name.has_holes) line += " holes";
  for (const auto& [attribute, value] : name.attributes)
    line += " xattr=" + hex_of(attribute) + ":" + hex_of(value);
  return line + "\n";
}

class LineParser {
 public:
  explicit LineParser(std::string_view line) : line_(line) {}

  BuildName run() {
    std::string_view words = line_;
    name_.path = path(package::take_word(words));
    // First all words of the normal form, for the original is the same but for what is said.
    for (std::string_view rest = words; !rest.empty();)
      if (const Word word = split(package::take_word(rest)); is_normal(word))
        take(word.key, word.value, name_.normal, name_.bytes);
    name_.original = name_.normal;
    name_.original_bytes = name_.bytes;
    for (std::string_view rest = words; !rest.empty();)
      if (const Word word = split(package::take_word(rest)); !is_normal(word)) take_own(word);
    if (name_.normal.type == Type::folder && !name_.path.empty()) name_.path += '/';
    if (name_.path.empty() && name_.normal.type != Type::folder) fail("a root that is no folder");
    return std::move(name_);
  }

 private:
  struct Word {
    std::string_view key, value;
  };
  static Word split(std::string_view word) {
    const std::size_t equals = std::min(word.find('='), word.size());
    return {word.substr(0, equals), word.substr(std::min(equals + 1, word.size()))};
  }
  static bool is_normal(const Word& word) { return keyword_named(word.key).has_value(); }

  [[noreturn]] static void fail(std::string_view problem) {
    throw FormatError(0, "the list of a build has " + std::string(problem));
  }

  /// Nothing that would lead out of the tree.
  static std::string path(std::string_view word) {
    if (word == ".") return "";
    if (!word.starts_with("./")) fail("a path that does not begin with ./");
    std::string path = package::unvis(word.substr(2));
    for (std::string_view rest = path;;) {
      const std::string_view part = rest.substr(0, rest.find('/'));
      if (part.empty() || part == "." || part == ".." || part.find('\0') != part.npos)
        fail("a path that leads nowhere");
      if (part.size() == rest.size()) return path;
      rest.remove_prefix(part.size() + 1);
    }
  }

  template <typename T>
  static T number(std::string_view text, int base = 10) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size()) fail("what is no number");
    return value;
  }

  static Type type(std::string_view word) {
    constexpr std::array<std::string_view, 7> kWords{"file",  "dir",  "link",  "char",
                                                     "block", "fifo", "socket"};
    const auto found = std::ranges::find(kWords, word);
    if (found == kWords.end()) fail("a type that is not known");
    return static_cast<Type>(found - kWords.begin());
  }

  static DiskTime time(std::string_view text) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string_view nanoseconds = text.substr(std::min(dot + 1, text.size()));
    if (nanoseconds.size() != 9) fail("a time without nanoseconds");
    return {number<std::int64_t>(text.substr(0, dot)), number<std::int32_t>(nanoseconds)};
  }

  static void take_device(std::string_view text, NormalName& name) {
    constexpr std::string_view kStart = "native,";
    const std::size_t comma = text.rfind(',');
    if (!text.starts_with(kStart) || comma < kStart.size()) fail("a device that is none");
    name.major = number<std::uint32_t>(text.substr(kStart.size(), comma - kStart.size()));
    name.minor = number<std::uint32_t>(text.substr(comma + 1));
  }

  static Digest digest(std::string_view text) {
    const auto digest = Digest::parse(text);
    if (!digest) fail("a digest that is none");
    return *digest;
  }

  static void take(std::string_view key, std::string_view value, NormalName& name,
                   FileBytes& bytes) {
    switch (keyword_named(key).value_or(Keyword::md5)) {
      case Keyword::type:
        return void(name.type = type(value));
      case Keyword::mode:
        return void(name.mode = number<std::uint32_t>(value, 8) & 07777);
      case Keyword::uid:
        return void(name.uid = number<std::int64_t>(value));
      case Keyword::gid:
        return void(name.gid = number<std::int64_t>(value));
      case Keyword::size:
        return void(bytes.size = number<std::uint64_t>(value));
      case Keyword::time:
        return void(name.mtime = time(value));
      case Keyword::link:
        return void(name.target = package::unvis(value));
      case Keyword::device:
        return take_device(value, name);
      case Keyword::sha256:
        return void(bytes.digest = digest(value));
      default:
        fail("a word that is not known: " + std::string(key));
    }
  }

  void take_own(const Word& word) {
    constexpr std::string_view kWas = "was.";
    if (word.key.starts_with(kWas))
      return take(word.key.substr(kWas.size()), word.value, name_.original, name_.original_bytes);
    if (word.key == "hardlink")
      name_.hard_link = path("./" + std::string(word.value));
    else if (word.key == "holes")
      name_.has_holes = true;
    else if (word.key == "xattr")
      take_attribute(word.value);
    else
      fail("a word that is not known: " + std::string(word.key));
  }

  void take_attribute(std::string_view value) {
    const std::size_t colon = std::min(value.find(':'), value.size());
    name_.attributes.emplace_back(text_of(value.substr(0, colon)),
                                  text_of(value.substr(std::min(colon + 1, value.size()))));
  }

  static std::string text_of(std::string_view hex) {
    std::string text;
    if (hex.size() % 2 != 0) fail("an attribute that is none");
    for (std::size_t i = 0; i < hex.size(); i += 2)
      text += static_cast<char>(number<std::uint8_t>(hex.substr(i, 2), 16));
    return text;
  }

  const std::string_view line_;
  BuildName name_;
};

}  // namespace

std::string build_text(const Build& build) {
  std::string text = "#mtree\n";
  for (const BuildName& name : build) text += line_of(name);
  return text;
}

Build parse_build(std::string_view text) {
  Build build;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    build.push_back(LineParser(line).run());
    const std::size_t count = build.size();
    if (count > 1 && build[count - 2].path >= build[count - 1].path)
      throw FormatError(0, "the list of a build is not sorted");
  }
  return build;
}

std::string specification_of(const Build& build, Form form) {
  SpecificationWriter writer(Flavour::netbsd);
  for (const BuildName& name : build) writer.add(name.path, words_of(name, form));
  return std::move(writer).finish();
}

std::optional<std::size_t> find_name(const Build& build, std::string_view path) {
  for (const std::string& spelled : {std::string(path), std::string(path) + "/"}) {
    const auto found = std::ranges::lower_bound(build, spelled, {}, &BuildName::path);
    if (found != build.end() && found->path == spelled)
      return static_cast<std::size_t>(found - build.begin());
  }
  return std::nullopt;
}

}  // namespace normalize::store
