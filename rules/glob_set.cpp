#include "rules/glob_set.h"

#include <algorithm>
#include <map>

#include "rules/expression.h"
#include "rules/glob.h"

namespace normalize {
namespace {

/// Of more globs than this, all are asked in one pass.
constexpr std::size_t kManyGlobs = 500;

/// A '/' too may stand for two bytes.
constexpr std::string_view kNotPlain = "*?[]{},\\/";

std::string_view plain_end(std::string_view glob) {
  return glob.substr(glob.find_last_of(kNotPlain) + 1);
}

}  // namespace

std::vector<std::string> ends_of_glob(std::string_view glob) {
  if (!glob.ends_with('}')) return {std::string(plain_end(glob))};
  const std::size_t brace = glob.rfind('{');
  if (brace == glob.npos) return {""};
  std::string_view choices = glob.substr(brace + 1, glob.size() - brace - 2);
  const std::string_view before = glob.substr(0, brace);
  if (choices.find_first_of("[]}\\") != choices.npos || before.find_first_of("{[\\") != before.npos)
    return {""};
  std::vector<std::string> ends;
  for (bool last = false; !last;) {
    const std::size_t comma = choices.find(',');
    last = comma == choices.npos;
    ends.emplace_back(plain_end(std::string(before).append(choices.substr(0, comma))));
    if (!last) choices.remove_prefix(comma + 1);
  }
  return ends;
}

struct GlobSet::Glob {
  bool fits(std::string_view path) const {
    return std::ranges::any_of(ends, [&](const auto& end) { return path.ends_with(end); }) &&
           !expression.matches(path).empty();
  }

  ExpressionSet expression;
  std::vector<std::string> ends;
  std::vector<std::size_t> numbers;
};

GlobSet::GlobSet(const std::vector<std::string>& globs) : count_(globs.size()) {
  std::vector<std::string> expressions;
  std::map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < globs.size(); ++i) {
    expressions.push_back(expression_of_glob(globs[i]));
    const auto [at, is_new] = known.emplace(globs[i], globs_.size());
    if (is_new)
      globs_.push_back({ExpressionSet({expressions.back()}, ExpressionSet::Match::whole),
                        ends_of_glob(globs[i]),
                        {}});
    globs_[at->second].numbers.push_back(i);
  }
  together_ = std::make_unique<ExpressionSet>(std::move(expressions), ExpressionSet::Match::whole);
}

GlobSet::GlobSet(GlobSet&&) noexcept = default;
GlobSet& GlobSet::operator=(GlobSet&&) noexcept = default;
GlobSet::~GlobSet() = default;

void GlobSet::check() const { together_->check(); }

std::vector<std::size_t> GlobSet::matches(std::string_view path) const {
  if (count_ > kManyGlobs) return together_->matches(path);
  std::vector<std::size_t> found;
  for (const Glob& glob : globs_)
    if (glob.fits(path)) found.insert(found.end(), glob.numbers.begin(), glob.numbers.end());
  std::ranges::sort(found);
  return found;
}

}  // namespace normalize
