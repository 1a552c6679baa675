// mtree(5), with one path in full in front of each line, names in the octal escapes of vis(3). A
// "/set" line gives values to the lines behind it that have none of their own; what a file's are
// once normal is put into its own line.

#include "normalizers/package/mtree.h"

#include <charconv>
#include <map>

#include "normalizers/bytes/digest.h"
#include "normalizers/package/lines.h"
#include "normalizers/package/mtree_words.h"

namespace normalize::package {
namespace {

constexpr Field kEntry = Field::following("mtree entry");
constexpr std::int64_t kModeBits = 07777;

std::string number_text(std::int64_t value, int base) {
  char text[24];
  return {text, std::to_chars(text, text + sizeof text, value, base).ptr};
}

class MtreeUpdate {
 public:
  MtreeUpdate(std::string_view text, const FindFile& find, Context& context, std::string_view list)
      : text_(text), find_(find), context_(context), list_(list) {}

  Content run() {
    return rewrite_lines(text_, [this](std::string_view line) { return update(line); });
  }

 private:
  /// The numbers that "/set" may give to many files at once.
  struct Number {
    std::string_view keyword;
    int base;
    std::int64_t before, after;
  };

  [[noreturn]] void fail(std::string_view at, const std::string& problem) const {
    throw FormatError(static_cast<std::size_t>(at.data() - text_.data()),
                      std::string(list_) + " " + problem);
  }

  std::string update(std::string_view line) {
    std::string_view rest = line;
    const std::string_view first = take_word(rest);
    if (first.empty() || first.starts_with('#')) return std::string(line);
    if (line.ends_with("\\\n")) fail(first, "has a line that goes on in the next");
    if (first == "/set" || first == "/unset") {
      set(first == "/set", rest);
      return std::string(line);
    }
    return update_file(line, first, rest);
  }

  void set(bool gives, std::string_view rest) {
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
      const std::string_view keyword = word.substr(0, word.find('='));
      if (gives)
        defaults_[std::string(keyword)] = word;
      else if (keyword == "all")
        defaults_.clear();
      else
        defaults_.erase(std::string(keyword));
    }
  }

  std::string update_file(std::string_view line, std::string_view name, std::string_view rest) {
    std::string path = unvis(name);
    if (path == ".") path.clear();
    if (path.starts_with("./")) path.erase(0, 2);
    const std::optional<ListedFile> file = find_(path);
    if (!file) fail(name, "lists \"" + path + "\", which is not there");

    std::map<std::string, std::string_view, std::less<>> words = defaults_;
    std::string after(
        line.substr(0, name.size() + static_cast<std::size_t>(name.data() - line.data())));
    const std::size_t lead = after.size();
    std::string_view line_end = line.substr(line.find_last_not_of("\r\n") + 1);
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
      words.erase(std::string(word.substr(0, word.find('='))));
      after.append(" ").append(settle(word, *file));
    }
    // What is left comes from "/set" alone.
    for (const auto& [keyword, word] : words)
      if (const std::string own = settle(word, *file); own != word) after.append(" ").append(own);
    const std::string before(line.substr(0, line.size() - line_end.size()));
    if (after != before)
      context_.changed(kEntry, path + before.substr(lead), path + after.substr(lead), list_);
    return after.append(line_end);
  }

  std::string settle(std::string_view word, const ListedFile& file) const {
    const std::string_view keyword = word.substr(0, word.find('='));
    const std::string_view value = word.substr(std::min(keyword.size() + 1, word.size()));
    const auto with = [&](const std::string& new_value) {
      return std::string(keyword).append("=").append(new_value);
    };
    for (const Number& number : numbers_of(file))
      if (keyword == number.keyword) {
        expect(word, value == number_text(number.before, number.base));
        return number.before == number.after ? std::string(word)
                                             : with(number_text(number.after, number.base));
      }
    if (keyword == "time") return settle_time(word, value, file);
    if (keyword == "type" || keyword == "link") {
      expect(word, unvis(value) == (keyword == "type" ? file.type : file.target));
      return std::string(word);
    }
    if (const std::string algorithm = algorithm_of(keyword); !algorithm.empty())
      return with(settle_digest(word, value, algorithm, file));
    if (keyword != "nlink" && keyword != "optional" && keyword != "flags")
      fail(word, "has the keyword \"" + std::string(keyword) + "\", which is not known here");
    return std::string(word);
  }

  static std::vector<Number> numbers_of(const ListedFile& file) {
    const tar::Stat &before = file.stat_before, &after = file.stat_after;
    return {{"mode", 8, before.mode & kModeBits, after.mode & kModeBits},
            {"uid", 10, before.uid, after.uid},
            {"gid", 10, before.gid, after.gid},
            {"size", 10, static_cast<std::int64_t>(file.before.size()),
             static_cast<std::int64_t>((file.after ? *file.after : file.before).size())}};
  }

  /// "seconds.nanoseconds"; a tar archive in its normal form has whole seconds.
  std::string settle_time(std::string_view word, std::string_view value,
                          const ListedFile& file) const {
    const std::string_view seconds = value.substr(0, value.find('.'));
    expect(word, seconds == number_text(file.stat_before.mtime, 10));
    const std::string_view fraction = value.substr(std::min(seconds.size() + 1, value.size()));
    const bool whole = fraction.find_first_not_of('0') == std::string_view::npos;
    if (whole && file.stat_before.mtime == file.stat_after.mtime) return std::string(word);
    return "time=" + number_text(file.stat_after.mtime, 10) + ".0";
  }

  std::string settle_digest(std::string_view word, std::string_view value,
                            const std::string& algorithm, const ListedFile& file) const {
    const auto before = message_digest(algorithm, file.before);
    if (!before) fail(word, "has a digest by " + algorithm + ", which cannot be made here");
    expect(word, hexadecimal(*before) == value);
    return file.after ? hexadecimal(*message_digest(algorithm, *file.after)) : std::string(value);
  }

  void expect(std::string_view word, bool true_before) const {
    if (!true_before) fail(word, "does not match its file in \"" + std::string(word) + '"');
  }

  const std::string_view text_;
  const FindFile& find_;
  Context& context_;
  const std::string_view list_;
  std::map<std::string, std::string_view, std::less<>> defaults_;
};

}  // namespace

Content update_mtree(std::string_view text, const FindFile& find, Context& context,
                     std::string_view list) {
  return MtreeUpdate(text, find, context, list).run();
}

}  // namespace normalize::package
