#include "driver/rule_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

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

/// /etc/normalize/*.toml, in the order of their names as bytes.
std::vector<std::string> system_files() {
  const std::string folder = NORMALIZE_SYSCONFDIR "/normalize";
  std::vector<std::string> files;
  if (!exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

/// Empty where there is none.
std::string user_file() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  std::string folder = variable("XDG_CONFIG_HOME");
  if (!folder.starts_with('/'))
    folder = variable("HOME").empty() ? "" : variable("HOME") + "/.config";
  const std::string file = folder + "/normalize/rules.toml";
  return !folder.empty() && exists(file) ? file : "";
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

RuleList joined(RuleList front, const RuleList& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

class Loader {
 public:
  RuleList builtin() {
    RuleList all;
    for (const BuiltinRuleFile& file : builtin_rule_files())
      all = joined(std::move(all), parse(file.text, std::string(file.name), Checks::late));
    return all;
  }
  RuleList read(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
      throw UsageError(escape(path) + ": a rule file has to be a regular file");
    return parse(as_text(read_whole_file(path)), escape(path), Checks::now);
  }
  /// All that was parsed, with its names.
  std::string sources() && { return std::move(sources_); }

 private:
  RuleList parse(std::string_view text, const std::string& name, Checks checks) {
    for (const std::string_view part : {std::string_view(name), text})
      sources_.append(std::to_string(part.size())).append("\n").append(part);
    return parse_rule_file(text, name, formats_, checks);
  }

  std::string sources_;
  std::vector<std::string> formats_ = switchable_formats();
};

std::string with_slash(std::string path) { return path.ends_with('/') ? path : path + '/'; }

}  // namespace

std::vector<std::string> switchable_formats() {
  std::vector<std::string> names;
  for (const auto& format : all_normalizers()) names.emplace_back(format->name());
  names.emplace_back(kRuleFormat);
  return names;
}

std::shared_ptr<const RuleBook> load_rule_files(const std::vector<std::string>& given,
                                                const std::vector<std::string>& paths) {
  Loader loader;
  const RuleList builtin = loader.builtin();
  RuleList found, last;
  for (const std::string& file : system_files()) found = joined(found, loader.read(file));
  if (const std::string file = user_file(); !file.empty()) found = joined(found, loader.read(file));
  for (const std::string& file : given) last = joined(last, loader.read(file));

  const auto set_of = [&](const RuleList& of_tree) {
    const RuleList ours = joined(joined(found, of_tree), last);
    RuleSet set(joined(builtin, ours));
    if (!ours.empty()) set.check();  // those that come with the program are held by a test
    return set;
  };
  RuleBook book{set_of({}), {}, {}};
  for (const std::string& path : paths) {
    const std::string root = with_slash(path), file = root + ".normalize.toml";
    if (is_folder(path) && exists(file)) book.trees.push_back({root, set_of(loader.read(file))});
  }
  book.sources = std::move(loader).sources();
  return std::make_shared<const RuleBook>(std::move(book));
}

}  // namespace normalize
