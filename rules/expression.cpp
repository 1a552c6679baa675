// The one file that includes RE2.

#include "rules/expression.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <mutex>
#include <utility>

#include "rules/required_text.h"

namespace normalize {
namespace {

/// Bytes that one expression may take, with the states of its automaton: when those are more, RE2
/// begins anew with none, and in the end goes on without any, slower but no less linear.
constexpr std::int64_t kExpressionMemory = std::int64_t{4} << 20;
constexpr std::int64_t kSetMemory = std::int64_t{64} << 20;
/// Instructions; without an automaton each byte may cost that many steps.
constexpr int kMostInstructions = 2000;

RE2::Options options(Lines lines, std::int64_t memory) {
  RE2::Options options(RE2::Latin1);
  options.set_log_errors(false);
  options.set_never_nl(lines == Lines::one);
  options.set_max_mem(memory);
  return options;
}

std::string at_lines(const std::string& text) { return "(?m)" + text; }

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

thread_local bool in_re2 = false;

/// What `call` returns, which calls RE2.
template <typename Call>
auto inside(const Call& call) {
  struct Inside {
    const bool before = std::exchange(in_re2, true);
    ~Inside() { in_re2 = before; }
  } const inside;
  return call();
}

}  // namespace

bool is_in_re2() noexcept { return in_re2; }

struct Expression::Compiled {
  const RE2& of(const Expression& expression) {
    std::call_once(once, [&] {
      auto made = inside([&] {
        return std::make_unique<const RE2>(at_lines(expression.text_),
                                           options(expression.lines_, kExpressionMemory));
      });
      judge(*made);
      re2 = std::move(made);
    });
    return *re2;
  }

  static void judge(const RE2& re2) {
    if (!re2.ok()) throw ExpressionError(re2.error());
    if (re2.ProgramSize() > kMostInstructions)
      throw ExpressionError("the expression is too large: " + std::to_string(re2.ProgramSize()) +
                            " steps, at most " + std::to_string(kMostInstructions));
    if (RE2::PartialMatch("", re2))
      throw ExpressionError("the expression matches the empty text too");
  }

  std::once_flag once;
  std::unique_ptr<const RE2> re2;
};

Expression::Expression(const std::string& text, Lines lines)
    : text_(text),
      lines_(lines),
      required_(required_text(text)),
      compiled_(std::make_shared<Compiled>()) {}

void Expression::check() const { compiled_->of(*this); }

std::size_t Expression::steps() const {
  return static_cast<std::size_t>(compiled_->of(*this).ProgramSize());
}

std::size_t Expression::groups() const {
  return static_cast<std::size_t>(compiled_->of(*this).NumberOfCapturingGroups());
}

int Expression::group(std::string_view name) const {
  int number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc{} && end == name.data() + name.size())
    return number >= 0 && static_cast<std::size_t>(number) <= groups() ? number : -1;
  const auto& names = compiled_->of(*this).NamedCapturingGroups();
  const auto found = names.find(std::string(name));
  return found == names.end() ? -1 : found->second;
}

std::size_t Expression::find_required(std::string_view text, std::size_t from,
                                      std::size_t to) const {
  const void* const found =
      ::memmem(text.data() + from, to - from, required_.data(), required_.size());
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
               : std::string_view::npos;
}

bool Expression::match(std::string_view text, std::size_t from, std::size_t to,
                       std::vector<std::string_view>& groups) const {
  std::vector<re2::StringPiece> pieces(this->groups() + 1);
  const RE2& re2 = compiled_->of(*this);
  if (!inside([&] {
        return re2.Match(piece(text), from, to, RE2::UNANCHORED, pieces.data(),
                         static_cast<int>(pieces.size()));
      }))
    return false;
  groups.clear();
  for (const re2::StringPiece& found : pieces) groups.emplace_back(found.data(), found.size());
  return true;
}

bool Expression::found_in(std::string_view text) const {
  if (!required_.empty() && find_required(text, 0, text.size()) == text.npos) return false;
  const RE2& re2 = compiled_->of(*this);
  return inside(
      [&] { return re2.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0); });
}

bool Expression::find(std::string_view text, std::size_t from, std::size_t to,
                      std::vector<std::string_view>& groups) const {
  if (required_.empty() || from >= to) return match(text, from, to, groups);
  if (lines_ == Lines::several)
    return find_required(text, from, to) != text.npos && match(text, from, to, groups);
  // A match is in a line that has the text.
  for (std::size_t at = find_required(text, from, to); at != text.npos;
       at = from < to ? find_required(text, from, to) : text.npos) {
    const std::size_t newline = text.substr(from, at - from).rfind('\n');
    const std::size_t begin = newline == text.npos ? from : from + newline + 1;
    const std::size_t end = std::min(text.find('\n', at), to);
    if (match(text, begin, end, groups)) return true;
    from = end + 1;
  }
  return false;
}

struct ExpressionSet::Compiled {
  Compiled(std::vector<std::string> all, Match match)
      : texts(std::move(all)), anchor(match == Match::whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED) {}

  RE2::Set& all_together() {
    std::call_once(once, [&] {
      auto made = std::make_unique<RE2::Set>(options(Lines::several, kSetMemory), anchor);
      for (const std::string& text : texts) {
        std::string error;
        if (inside([&] { return made->Add(at_lines(text), &error); }) < 0)
          throw ExpressionError(error);
      }
      if (!inside([&] { return made->Compile(); }))
        throw ExpressionError("the expressions together are too large");
      set = std::move(made);
    });
    return *set;
  }

  /// Where the automaton of all together does not find enough memory.
  std::vector<std::size_t> one_by_one(std::string_view text) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (inside([&] {
            return RE2(at_lines(texts[i]), options(Lines::several, kExpressionMemory))
                .Match(piece(text), 0, text.size(), anchor, nullptr, 0);
          }))
        found.push_back(i);
    return found;
  }

  const std::vector<std::string> texts;
  const RE2::Anchor anchor;
  std::once_flag once;
  std::unique_ptr<RE2::Set> set;
};

ExpressionSet::ExpressionSet(std::vector<std::string> texts, Match match)
    : compiled_(std::make_unique<Compiled>(std::move(texts), match)) {}

ExpressionSet::ExpressionSet(ExpressionSet&&) noexcept = default;
ExpressionSet& ExpressionSet::operator=(ExpressionSet&&) noexcept = default;
ExpressionSet::~ExpressionSet() = default;

void ExpressionSet::check() const {
  if (!compiled_->texts.empty()) compiled_->all_together();
}

std::vector<std::size_t> ExpressionSet::matches(std::string_view text) const {
  if (compiled_->texts.empty()) return {};
  RE2::Set::ErrorInfo error{};
  std::vector<int> numbers;
  RE2::Set& all = compiled_->all_together();
  if (!inside([&] { return all.Match(piece(text), &numbers, &error); }) &&
      error.kind != RE2::Set::kNoError)
    return compiled_->one_by_one(text);
  std::ranges::sort(numbers);
  return {numbers.begin(), numbers.end()};
}

}  // namespace normalize
