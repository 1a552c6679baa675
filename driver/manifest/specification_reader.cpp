// mtree(5) as NetBSD, FreeBSD and libarchive write it. A name with a slash in it is a path from the
// root; one without stands in the folder that the last "type=dir" line without a slash has entered.

#include <algorithm>
#include <set>

#include "driver/manifest/specification.h"
#include "normalizers/error.h"
#include "normalizers/package/mtree_words.h"

namespace normalize {
namespace {

class SpecificationReader {
 public:
  explicit SpecificationReader(std::string_view text) : text_(text) {}

  Specification run() {
    for (std::string_view rest = text_; !rest.empty();) {
      const std::string_view line = take_line(rest);
      std::string_view words = line;
      const std::string_view first = take_word(words);
      if (first.empty() || first.starts_with('#')) continue;
      if (first == "/set" || first == "/unset")
        set(first == "/set", words);
      else if (first == "..")
        leave(first);
      else
        add(first, words);
    }
    return finish();
  }

 private:
  [[noreturn]] void fail(std::string_view at, const std::string& problem) const {
    const auto offset = static_cast<std::size_t>(at.data() - text_.data());
    const auto line = std::ranges::count(text_.substr(0, offset), '\n') + 1;
    throw FormatError(offset, "line " + std::to_string(line) + " " + problem);
  }

  /// A line, with those that it goes on in: their words are told apart below.
  static std::string_view take_line(std::string_view& rest) {
    std::size_t end = rest.find('\n');
    while (end != std::string_view::npos && end > 0 && rest[end - 1] == '\\')
      end = rest.find('\n', end + 1);
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
  }

  /// The backslash at the end of a line that goes on is no word.
  static std::string_view take_word(std::string_view& words) {
    for (;;) {
      const std::string_view word = package::take_word(words);
      const bool at_end = !words.empty() && words.front() == '\n';
      if (!at_end || !word.ends_with('\\')) return word;
      if (word.size() > 1) return word.substr(0, word.size() - 1);
    }
  }

  struct Word {
    std::string_view keyword, value;
  };
  static Word split(std::string_view word) {
    const std::size_t equals = std::min(word.find('='), word.size());
    return {word.substr(0, equals), word.substr(std::min(equals + 1, word.size()))};
  }

  void set(bool gives, std::string_view words) {
    for (std::string_view text = take_word(words); !text.empty(); text = take_word(words)) {
      const Word word = split(text);
      const auto keyword = known(word.keyword);
      if (!gives && word.keyword == "all")
        defaults_.clear();
      else if (keyword && gives)
        defaults_[*keyword] = word.value;
      else if (keyword)
        defaults_.erase(*keyword);
    }
  }

  std::optional<Keyword> known(std::string_view word) {
    const auto keyword = keyword_named(word);
    if (!keyword && word != "all" && seen_.insert(word).second)
      result_.not_compared.push_back(word);
    return keyword;
  }

  void leave(std::string_view at) {
    if (depth_ == 0) fail(at, "leaves the root");
    --depth_;
    folder_.resize(depth_ == 0 ? 0 : folder_.rfind('/', folder_.size() - 2) + 1);
  }

  void add(std::string_view first, std::string_view words) {
    SpecifiedName name;
    name.words = defaults_;
    for (std::string_view text = take_word(words); !text.empty(); text = take_word(words))
      take(split(text), name);
    const bool in_full = first.find('/') != std::string_view::npos;
    name.path = clean(first, in_full ? package::unvis(first) : folder_ + package::unvis(first));
    const auto type = name.words.find(Keyword::type);
    if (!in_full && type != name.words.end() && type->second == "dir") enter(first, name.path);
    result_.names.push_back(std::move(name));
  }

  void take(const Word& word, SpecifiedName& name) {
    if (word.keyword == "optional") {
      name.optional = true;
    } else if (word.keyword == "ignore") {
      name.ignored = true;
    } else if (word.keyword == "nochange") {
      name.unchecked = true;
    } else if (const auto keyword = known(word.keyword)) {
      name.words[*keyword] = word.value;
    }
  }

  void enter(std::string_view at, const std::string& path) {
    constexpr unsigned kMostDepth = 4096;  // more than any path has, in bytes
    if (++depth_ > kMostDepth) fail(at, "enters too many folders");
    folder_ = path.empty() ? path : path + '/';
  }

  std::string clean(std::string_view at, std::string_view path) const {
    std::string result;
    while (!path.empty()) {
      const std::string_view part = path.substr(0, path.find('/'));
      path.remove_prefix(std::min(part.size() + 1, path.size()));
      if (part == "..") fail(at, "has .. in a path");
      if (part.empty() || part == ".") continue;
      if (!result.empty()) result += '/';
      result += part;
    }
    return result;
  }

  Specification finish() {
    auto& names = result_.names;
    std::ranges::stable_sort(names, {}, &SpecifiedName::path);
    std::vector<SpecifiedName> kept;
    for (SpecifiedName& name : names) {
      if (!kept.empty() && kept.back().path == name.path)
        kept.back() = std::move(name);
      else
        kept.push_back(std::move(name));
    }
    names = std::move(kept);
    return std::move(result_);
  }

  const std::string_view text_;
  std::map<Keyword, std::string_view> defaults_;
  std::set<std::string_view> seen_;  // keywords that are not compared
  std::string folder_;               // ends in '/'; the root is ""
  unsigned depth_ = 0;               // folders entered, the root among them
  Specification result_;
};

}  // namespace

Specification read_specification(std::string_view text) { return SpecificationReader(text).run(); }

}  // namespace normalize
