#include "rules/template.h"

#include "rules/expression.h"

namespace normalize {
namespace {

constexpr TimeRange kWrittenTimes{-62'135'596'800, 253'402'300'799};  // the years 0001 to 9999

/// The time that takes the place of one in a text; `seconds` is unset for the epoch itself.
std::optional<std::int64_t> settled(std::optional<std::int64_t> seconds, const Rules& rules) {
  constexpr std::int64_t kLongAgo = 0;
  if (!rules.epoch) return rules.strict() ? std::optional(kLongAgo) : std::nullopt;
  return rules.normal_time(seconds.value_or(*rules.epoch), kWrittenTimes);
}

}  // namespace

Template::Piece Template::gap(std::string_view text, const GroupOf& group_of) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  Piece piece;
  if (colon != text.npos) {
    piece.time = TimeFormat::parse(text.substr(colon + 1));
    if (!piece.time)
      throw ExpressionError("\"" + std::string(text) + "\": no such way to write a time");
  }
  if (name == "epoch") {
    if (!piece.time) throw ExpressionError("{epoch} needs a way to write it: {epoch:%Y-%m-%d}");
    return piece;
  }
  const int group = group_of(name);
  if (group < 0)
    throw ExpressionError("\"" + std::string(name) + "\": nothing found has that name");
  piece.group = static_cast<std::size_t>(group);
  return piece;
}

Template Template::parse(std::string_view text, const GroupOf& group_of) {
  Template result;
  result.pieces_.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view two = text.substr(i, 2);
    if (two == "{{" || two == "}}") {
      result.pieces_.back().text += text[i++];
    } else if (text[i] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == text.npos) throw ExpressionError("'{' without '}' (\"{{\" is a brace)");
      result.pieces_.push_back(gap(text.substr(i + 1, end - i - 1), group_of));
      result.pieces_.emplace_back();
      i = end;
    } else if (text[i] == '}') {
      throw ExpressionError("'}' without '{' (\"}}\" is a brace)");
    } else {
      result.pieces_.back().text += text[i];
    }
  }
  return result;
}

std::optional<std::string> Template::fill(const std::vector<std::string_view>& groups,
                                          const Rules& rules) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    text += piece.text;
    if (!piece.time) {
      if (piece.group) text += groups[*piece.group];
      continue;
    }
    std::optional<std::int64_t> seconds;
    if (piece.group) {
      seconds = piece.time->read(groups[*piece.group]);
      if (!seconds) return std::nullopt;
    }
    const auto normal = settled(seconds, rules);
    if (!normal) return std::nullopt;
    text += normal == seconds ? std::string(groups[*piece.group]) : piece.time->write(*normal);
  }
  return text;
}

}  // namespace normalize
