#include "driver/rule_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "driver/options/file_options.h"
#include "driver/report/escape.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "normalizers/registry.h"
#include "normalizers/ruling.h"
#include "rules/builtin.h"

namespace normalize {
namespace {

using RuleList = std::vector<std::shared_ptr<const Rule>>;

/// What may not be looked at, below the home of another user say, is not there for us.
bool exists(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return false;
  throw std::system_error(errno, std::generic_category(), escape(path));
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  if (folder.empty() || !exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

std::string user_file() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  std::string folder = variable("XDG_CONFIG_HOME");
  if (!folder.starts_with('/'))
    folder = variable("HOME").empty() ? "" : variable("HOME") + "/.config";
  return folder.empty() ? "" : folder + "/normalize/rules.toml";
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

RuleList joined(RuleList front, const RuleList& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

Bytes read_rule_text(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    throw UsageError(escape(path) + ": a rule file has to be a regular file");
  return read_whole_file(path);
}

/// As paths below it are reported.
std::string with_slash(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path + '/';
}

/// Reads the files of a run, from the one that counts least.
class Loader {
 public:
  Loader() {
    for (const BuiltinRuleFile& file : builtin_rule_files())
      builtin_ = joined(std::move(builtin_), parse(file, Checks::late));
  }

  void add_found(const std::string& path) {
    found_ = joined(std::move(found_), read(path, files_.found, OptionsOf::everywhere));
  }
  void add_given(const std::string& path) {
    given_ = joined(std::move(given_), read(path, files_.given, OptionsOf::everywhere));
  }
  void add_tree(const std::string& root, const std::string& path) {
    std::vector<RuleFiles::Options> options;
    trees_.emplace_back(root, read(path, options, OptionsOf::tree));
    for (const auto& rule : trees_.back().second) check_options_of_tree(*rule);
    files_.trees.push_back({root, std::move(options.front())});
  }

  RuleFiles finish(std::vector<std::string> roots) && {
    files_.book = std::make_shared<RuleBook>(RuleBook{set_of({}), {}, std::move(roots), {}});
    for (const auto& [root, rules] : trees_)
      files_.book->trees.push_back({root, set_of(rules), std::nullopt, {}});
    files_.all = joined(builtin_, joined(found_, given_));
    files_.book->sources = sources();
    return std::move(files_);
  }

 private:
  RuleList parse(const BuiltinRuleFile& file, Checks checks) {
    const std::string name(file.name);
    remember(name, file.text);
    return (file.document ? read_rules(*file.document, name, formats_, checks)
                          : parse_rule_file(file.text, name, formats_, checks))
        .rules;
  }

  RuleList read(const std::string& path, std::vector<RuleFiles::Options>& options,
                OptionsOf whose) {
    const Bytes text = read_rule_text(path);
    remember(escape(path), as_text(text));
    files_.read.push_back(path);
    RuleFile file = parse_rule_file(as_text(text), escape(path), formats_);
    check_file_options(file.options, whose);
    options.insert(options.begin(), std::move(file.options));
    return std::move(file.rules);
  }

  void remember(std::string_view name, std::string_view text) {
    for (const std::string_view part : {name, text})
      sources_.append(std::to_string(part.size())).append("\n").append(part);
  }

  /// All that was parsed, with its names, and where trees begin if rules ask for that.
  std::string sources() {
    const auto asks = [](const RuleSet& set) { return set.asks_for_root(); };
    if (asks(files_.book->everywhere) ||
        std::ranges::any_of(files_.book->trees, asks, &RuleBook::OfTree::rules))
      for (const std::string& root : files_.book->roots) remember("root", root);
    return std::move(sources_);
  }

  RuleSet set_of(const RuleList& of_tree) const {
    const RuleList ours = joined(joined(found_, of_tree), given_);
    RuleSet set(joined(builtin_, ours));
    if (!ours.empty()) set.check();  // those that come with the program are held by a test
    return set;
  }

  std::string sources_;
  std::vector<std::string> formats_ = switchable_formats();
  RuleList builtin_, found_, given_;
  std::vector<std::pair<std::string, RuleList>> trees_;
  RuleFiles files_;
};

}  // namespace

std::vector<std::string> switchable_formats() {
  std::vector<std::string> names;
  for (const auto& format : all_normalizers()) names.emplace_back(format->name());
  names.emplace_back(kRuleFormat);
  return names;
}

RulePlaces usual_rule_places() { return {NORMALIZE_SYSCONFDIR "/normalize", user_file()}; }

RuleFile read_rule_file(const std::string& path) {
  return parse_rule_file(as_text(read_rule_text(path)), escape(path), switchable_formats());
}

RuleFiles load_rule_files(const std::vector<std::string>& given,
                          const std::vector<std::string>& paths, const RulePlaces& places) {
  Loader loader;
  std::vector<std::string> roots;
  for (const std::string& file : files_in(places.system)) loader.add_found(file);
  if (!places.user.empty() && exists(places.user)) loader.add_found(places.user);
  for (const std::string& path : paths) {
    if (!is_folder(path)) continue;
    roots.push_back(with_slash(path));
    if (const std::string file = roots.back() + ".normalize.toml"; exists(file))
      loader.add_tree(roots.back(), file);
  }
  for (const std::string& file : given) loader.add_given(file);
  return std::move(loader).finish(std::move(roots));
}

}  // namespace normalize
