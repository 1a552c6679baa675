#pragma once

#include <cstdint>
#include <string_view>

namespace normalize {

/// A field of a format that can hold noise, or what a rule is about. Findings point to them: they
/// are constants of the format's file, or owned by the rule.
struct Field {
  /// The specification's name: "MTIME"; the rule's.
  std::string_view name;
  /// How to keep the noise out where it is written: "gzip -n". May be empty.
  std::string_view hint;
  enum class Origin : std::uint8_t {
    writer,   // some program's choice, or chance
    follows,  // changes only because what it covers does: a sum, a size, an offset
  };
  Origin origin = Origin::writer;

  static constexpr Field following(std::string_view name) { return {name, "", Origin::follows}; }
};

}  // namespace normalize
