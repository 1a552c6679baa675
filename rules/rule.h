#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/expression.h"
#include "rules/field.h"
#include "rules/rules.h"
#include "rules/template.h"

namespace normalize {

/// How far into a file a treatment looks.
struct Reach {
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  std::size_t bytes = kAll, lines = kAll;
};

/// Every match of `find` becomes `with`.
struct Replacing {
  Expression find;
  Template with;
  Reach reach;
  /// What becomes shorter is filled up with blanks, and what would become longer stays.
  bool same_length = false;
};

/// Lines in which `find` matches go.
struct DroppingLines {
  Expression find;
  Reach reach;
};

/// Lines are sorted as bytes: each run of those that `find` matches, or all but the first `skip`.
struct SortingLines {
  std::optional<Expression> find;
  std::size_t skip = 0;
};

/// In a file of "key=value" or "key: value" lines, what a key has as its value; group 0 of the
/// template is the value it has.
struct SettingKey {
  std::string key;
  Template value;
};

/// A function in Python, as PluginCall has it.
struct CallingPlugin {
  std::string function, settings;
};

/// Bytes that a file has at an offset.
struct Magic {
  std::size_t offset = 0;
  std::string bytes;
};

/// An option of the command line, as it stands in a rule file: one value, of which a list has
/// several.
struct FileOption {
  std::string name, value;
  std::string place;  // "FILE:LINE:COLUMN"
};

/// What one rule of a rule file says. Made by parse_rule_file(), never changed after, and alive
/// longer than any journal.
struct Rule {
  Rule() = default;
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;

  std::string name, reason;
  Field field;  // what findings tell of the rule: its name and reason
  /// Where it stands: "/etc/normalize/a.toml:12".
  std::string origin;

  /// Where it applies: every condition that is there has to hold, by one of its alternatives.
  std::vector<std::string> paths;  // globs
  std::vector<Magic> magic;
  std::optional<Expression> text;  // within the first bytes that formats decide by
  std::optional<Profile> profile;

  /// What it does. A rule that is off does nothing, and stands in for one of its name before it.
  bool off = false, leave = false;
  std::string format;  // of the registry, instead of the one that recognizes the file
  std::vector<std::function<void(Rules&)>> options;
  std::vector<FileOption> said_options;  // the same, as they stand there
  std::vector<Replacing> replace;
  std::vector<SettingKey> set_key;
  std::vector<DroppingLines> drop_lines;
  std::optional<SortingLines> sort_lines;
  std::optional<CallingPlugin> python;

  bool treats_text() const {
    return !replace.empty() || !set_key.empty() || !drop_lines.empty() || sort_lines || python;
  }
};

}  // namespace normalize
