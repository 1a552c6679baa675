#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace normalize::package {

/// Writes block style YAML, as Psych emits it, in one style: versions of Psych and libyaml differ
/// in quotes (">=", '>=', ! '>=') and in a blank behind a key without value. What a scalar holds
/// never changes; where a line could go on in the next, or is none of those known here, it stays.
class YamlStyle {
 public:
  /// The next line of the document, end included.
  std::string rewrite(std::string_view line);

 private:
  /// Set where deeper lines belong to a scalar: the column of its key or dash.
  std::optional<std::size_t> scalar_at_;
};

}  // namespace normalize::package
