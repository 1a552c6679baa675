// tar(1) of GNU, of libarchive and others; zip(1) of Info-ZIP; jar of the JDK. What they pack may
// be somebody's sources, so no stage is found here: their archives are settled in depth afterwards.

#include <algorithm>

#include "driver/wrap/arguments.h"
#include "driver/wrap/creator.h"

namespace normalize::wrap {
namespace {

constexpr Syntax kTar{
    .letters = "b:C:f:F:g:H:I:K:L:N:T:V:X:",
    .long_with_value =
        "file directory blocking-factor exclude exclude-from files-from format group owner mtime "
        "mode sort transform xform newer after-date newer-mtime starting-file strip-components "
        "suffix tape-length label listed-incremental level use-compress-program info-script "
        "new-volume-script rmt-command rsh-command record-size warning checkpoint-action "
        "quoting-style owner-map group-map add-file hole-detection volno-file index-file "
        "to-command exclude-tag exclude-tag-all exclude-tag-under pax-option uid gid uname gname "
        "options"};
constexpr Syntax kJar{.letters = "f:m:e:C:p:",
                      .long_with_value =
                          "file manifest main-class release module-version hash-modules "
                          "module-path date generate-index"};

/// Options as tar and jar took them before there were dashes: letters in the first word, their
/// values, in the order of the letters, in the next words.
std::vector<std::string> with_dashes(const std::vector<std::string>& words, const Syntax& syntax) {
  std::vector<std::string> result;
  std::size_t next = 1;
  for (const char letter : words.front()) {
    result.push_back({'-', letter});
    const std::size_t at = syntax.letters.find(letter);
    const bool has_value =
        at != std::string_view::npos && syntax.letters.substr(at + 1).starts_with(':');
    if (has_value && next < words.size()) result.push_back(words[next++]);
  }
  for (; next < words.size(); ++next) result.push_back(words[next]);
  return result;
}

Arguments tar_arguments(const std::vector<std::string>& words) {
  const bool old_style = !words.empty() && !words.front().starts_with('-');
  return {old_style ? with_dashes(words, kTar) : words, kTar};
}

/// "-cfm x.jar manifest" is old style too.
Arguments jar_arguments(std::vector<std::string> words) {
  if (words.empty() || words.front().starts_with("--") || words.front().starts_with('@'))
    return {words, kJar};
  if (words.front().starts_with('-')) words.front().erase(0, 1);
  return {with_dashes(words, kJar), kJar};
}

/// zip's options of two letters, which go before those of one; ':' behind one that takes a value.
constexpr std::string_view kZipPairs[] = {
    "tt:", "TT:", "lf:", "ds:", "UN:", "sb", "sc", "sd", "sf", "so", "sp", "su", "sU",
    "sv",  "la",  "li",  "ll",  "ic",  "nw", "MM", "DF", "FF", "FS", "RE", "db", "dc",
    "dd",  "dg",  "du",  "dv",  "ws",  "AS", "AC", "BF", "C2", "C5", "VV", "h2"};
constexpr std::string_view kZipLetters = "b:n:O:P:s:t:Z:";
constexpr std::string_view kZipLong[] = {
    "temp-path", "suffixes",    "output-file",        "out",          "password", "split-size",
    "from-date", "before-date", "compression-method", "logfile-path", "dot-size", "unicode"};

/// The command line of zip, which is like no other: pairs of letters, and lists of patterns that
/// end with the next option.
class ZipWords {
 public:
  explicit ZipWords(const std::vector<std::string>& words) : words_(words) {
    while (next_ < words_.size()) take(words_[next_++]);
  }

  std::vector<std::string> operands;
  std::string output;  // of --output-file
  std::vector<std::string> options;

  bool has(std::string_view option) const {
    return std::ranges::find(options, option) != options.end();
  }

 private:
  void take(const std::string& word) {
    if (word == "--" || word == "@") return;
    if (word.starts_with("--"))
      take_long(word.substr(2));
    else if (word.size() > 1 && word.starts_with('-'))
      take_letters(std::string_view(word).substr(1));
    else
      operands.push_back(word);
  }

  void take_long(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    std::string value;
    if (equals != std::string::npos)
      value = text.substr(equals + 1);
    else if (std::ranges::find(kZipLong, name) != std::end(kZipLong) && next_ < words_.size())
      value = words_[next_++];
    add(name, value);
  }

  static std::string_view option_at(std::string_view text) {
    for (const std::string_view pair : kZipPairs)
      if (text.starts_with(pair.substr(0, 2))) return pair;
    const std::size_t at = kZipLetters.find(text.front());
    if (at != std::string_view::npos && text.front() != ':') return kZipLetters.substr(at, 2);
    return text.substr(0, 1);
  }

  void take_letters(std::string_view text) {
    while (!text.empty()) {
      std::string_view option = option_at(text);
      const bool has_value = option.ends_with(':');
      if (has_value) option.remove_suffix(1);
      text.remove_prefix(option.size());
      if (has_value) return add(std::string(option), value_of(text));
      add(std::string(option), "");
      if ((option == "i" || option == "x") && operands.empty()) skip_patterns();
    }
  }

  std::string value_of(std::string_view attached) {
    if (attached.starts_with('=')) attached.remove_prefix(1);
    if (!attached.empty()) return std::string(attached);
    return next_ < words_.size() ? words_[next_++] : "";
  }

  void skip_patterns() {
    while (next_ < words_.size() && !words_[next_].starts_with('-') && words_[next_] != "@")
      ++next_;
  }

  void add(const std::string& name, const std::string& value) {
    options.push_back(name);
    if (name == "O" || name == "out" || name == "output-file") output = value;
  }

  const std::vector<std::string>& words_;
  std::size_t next_ = 0;
};

std::string zip_name(const std::string& name) {
  const std::string_view last = std::string_view(name).substr(name.rfind('/') + 1);
  return last.find('.') == std::string_view::npos ? name + ".zip" : name;
}

}  // namespace

std::vector<Variable> tar_variables() {
  return {{When::always, "TAR_OPTIONS", "--sort=name"},
          {When::root_owned, "TAR_OPTIONS", "--owner=0 --group=0 --numeric-owner"},
          {When::with_epoch, "TAR_OPTIONS", "--mtime=@{epoch} --clamp-mtime"}};
}

Call understand_tar(const Command& command) {
  const Arguments arguments = tar_arguments(command.arguments);
  Call call;
  call.writes = arguments.has({"c", "create", "r", "append", "u", "update"}) &&
                !arguments.has({"help", "version"});
  if (!call.writes) return call;
  const auto file = arguments.value({"f", "file"});
  // A colon is in front of the file on another host; several volumes depend on each other.
  call.out_of_reach = !file || *file == "-" || arguments.has({"M", "multi-volume"}) ||
                      (file->find(':') != std::string::npos && !arguments.has({"force-local"}));
  if (!call.out_of_reach) call.outputs = {exactly(*file)};
  call.variables = tar_variables();
  return call;
}

Call understand_zip(const Command& command) {
  const ZipWords words(command.arguments);
  Call call;
  const bool tests = words.has("T") && words.operands.size() == 1;
  call.writes = !words.operands.empty() && !words.has("sf") && !words.has("h") && !tests;
  if (!call.writes) return call;
  const std::string name = words.output.empty() ? words.operands.front() : words.output;
  call.out_of_reach = name == "-";
  if (!call.out_of_reach) call.outputs = {exactly(zip_name(name))};
  call.variables = {{When::always, "ZIPOPT", "-X"}};
  return call;
}

Call understand_jar(const Command& command) {
  const Arguments arguments = jar_arguments(command.arguments);
  Call call;
  call.writes = arguments.has({"c", "create", "u", "update"});
  const auto file = arguments.value({"f", "file"});
  call.out_of_reach = !file;
  if (file) call.outputs = {exactly(*file)};
  return call;
}

}  // namespace normalize::wrap
