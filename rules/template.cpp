#include "rules/template.h"

#include <algorithm>
#include <mutex>

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

struct Template::Parsed {
  const std::vector<Piece>& get() {
    std::call_once(once, [&] { pieces = parse(text, group_of); });
    return pieces;
  }

  std::string text;
  GroupOf group_of;
  std::once_flag once;
  std::vector<Piece> pieces;
};

Template::Template(std::string text, GroupOf group_of) : parsed_(std::make_shared<Parsed>()) {
  parsed_->text = std::move(text);
  parsed_->group_of = std::move(group_of);
}

void Template::check() const { parsed_->get(); }

bool Template::has_time() const {
  return std::ranges::any_of(parsed_->get(),
                             [](const Piece& piece) { return piece.time.has_value(); });
}

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

std::vector<Template::Piece> Template::parse(std::string_view text, const GroupOf& group_of) {
  std::vector<Piece> pieces(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view two = text.substr(i, 2);
    if (two == "{{" || two == "}}") {
      pieces.back().text += text[i++];
    } else if (text[i] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == text.npos) throw ExpressionError("'{' without '}' (\"{{\" is a brace)");
      pieces.push_back(gap(text.substr(i + 1, end - i - 1), group_of));
      pieces.emplace_back();
      i = end;
    } else if (text[i] == '}') {
      throw ExpressionError("'}' without '{' (\"}}\" is a brace)");
    } else {
      pieces.back().text += text[i];
    }
  }
  return pieces;
}

std::optional<std::string> Template::fill(const std::vector<std::string_view>& groups,
                                          const Rules& rules) const {
  std::string text;
  for (const Piece& piece : parsed_->get()) {
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
