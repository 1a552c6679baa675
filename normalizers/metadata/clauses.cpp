#include "normalizers/metadata/clauses.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace normalize {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t start = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(start);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// The first `wanted` outside of quotes, within which a backslash escapes; npos where there is
/// none. Unset where a quote does not end.
std::optional<std::size_t> find_unquoted(std::string_view text, char wanted) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == wanted && !quoted) {
      return i;
    }
  }
  if (quoted) return std::nullopt;
  return text.npos;
}

std::optional<std::vector<std::string_view>> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = find_unquoted(text, separator);
    if (!end) return std::nullopt;
    parts.push_back(trimmed(text.substr(0, *end)));
    if (*end == text.npos) return parts;
    text.remove_prefix(*end + 1);
  }
}

/// `text` with each of `parts`, views into it, replaced by the one of `others` at its place.
template <typename Texts>
std::string with_parts(std::string_view text, const std::vector<std::string_view>& parts,
                       const Texts& others) {
  std::string result;
  const char* copied = text.data();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    result.append(copied, parts[i].data()).append(others[i]);
    copied = parts[i].data() + parts[i].size();
  }
  return result.append(copied, text.data() + text.size());
}

/// An attribute ("version=1") or directive ("uses:=a"); a path has neither.
bool is_parameter(std::string_view part) {
  return find_unquoted(part, '=').value_or(part.npos) != part.npos;
}

std::string with_sorted_parameters(std::string_view clause) {
  const auto parts = split(clause, ';');
  if (!parts) return std::string(clause);
  std::vector<std::string_view> sorted = *parts;
  std::ranges::stable_sort(sorted, {}, [](std::string_view part) {
    const bool behind = is_parameter(part);
    return std::pair(behind, behind ? part : std::string_view());
  });
  return with_parts(clause, *parts, sorted);
}

}  // namespace

std::string sorted_clauses(std::string_view value, Parameters parameters) {
  const auto clauses = split(value, ',');
  if (!clauses) return std::string(value);
  std::vector<std::string> sorted;
  for (const std::string_view clause : *clauses)
    sorted.push_back(parameters == Parameters::sort ? with_sorted_parameters(clause)
                                                    : std::string(clause));
  std::ranges::stable_sort(sorted, {}, [](std::string_view clause) {
    // A blank that stood behind a parameter begins a clause whose path is empty.
    clause.remove_prefix(std::min(clause.find_first_not_of(kBlanks), clause.size()));
    const std::string_view path = clause.substr(0, clause.find(';'));
    return std::pair(path, clause.substr(path.size()));
  });
  return with_parts(value, *clauses, sorted);
}

}  // namespace normalize
