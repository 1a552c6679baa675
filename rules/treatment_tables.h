#pragma once

#include "rules/rule.h"
#include "rules/toml_table.h"

namespace normalize {

/// Reads the tables of a rule that say what becomes of a text. Every function throws RuleFileError.
class TreatmentTables {
 public:
  TreatmentTables(TomlTable& rule, Checks checks) : rule_(rule), checks_(checks) {}

  Expression expression(TomlTable& table, std::string_view key, Lines lines = Lines::one) const;
  std::vector<Replacing> replace() const;
  std::vector<DroppingLines> drop_lines() const;
  std::optional<SortingLines> sort_lines() const;
  std::vector<SettingKey> set_key() const;

 private:
  /// `checked`, as the value of a key; an error of it becomes one of that place.
  template <typename T>
  T at_key(const TomlTable& table, std::string_view key, T checked) const;
  Replacing replacing(TomlTable table) const;

  TomlTable& rule_;
  Checks checks_;
};

}  // namespace normalize
