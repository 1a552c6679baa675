#pragma once

#include <string>
#include <vector>

#include "driver/diff/compare_paths.h"
#include "driver/diff/views.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

/// What tests of `diff` share.
namespace normalize::test {

inline diff::Comparison compare(const std::filesystem::path& a, const std::filesystem::path& b,
                                const Rules& rules = diff::default_rules(), unsigned jobs = 2) {
  Task task;
  task.jobs = jobs;
  return diff::compare_paths(a.string(), b.string(), task, rules, nullptr, nullptr);
}

/// All that is told of a comparison, as text.
inline std::string told(const diff::Comparison& comparison) {
  std::string text;
  Output out([&](std::string_view piece) { text += piece; });
  diff::write_text(comparison, {}, out);
  out.flush();
  return text;
}

inline bool tells(const diff::Comparison& comparison, std::string_view text) {
  return told(comparison).find(text) != std::string::npos;
}

/// The fields that were told to vary, in any member: "tar mtime ×45".
inline std::vector<std::string> varied(const diff::Node& node) {
  std::vector<std::string> fields;
  for (const diff::NoisyField& field : node.noise)
    fields.push_back(std::string(field.format) + " " + std::string(field.field->name));
  return fields;
}

}  // namespace normalize::test
