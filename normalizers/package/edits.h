#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize::package {

/// A text some of whose parts become others, while the rest stays byte for byte.
class Edits {
 public:
  explicit Edits(std::string_view text) : left_(text) {}

  /// `part` is a view of the text, and stands behind those that were replaced before.
  void replace(std::string_view part, std::string_view text) {
    const auto kept = static_cast<std::size_t>(part.data() - left_.data());
    out_.append(left_.substr(0, kept)).append(text);
    left_.remove_prefix(kept + part.size());
  }

  /// The text as it has become. The last call.
  std::string finish() && { return std::move(out_.append(left_)); }

 private:
  std::string_view left_;
  std::string out_;
};

/// The content of a list that has become `text`; unset where that is no change.
std::optional<Content> if_changed(ByteView before, std::string_view text);

}  // namespace normalize::package
