#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// What somebody wrote is not an expression that we take; what() says why.
class ExpressionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whether this thread is in RE2, which knows nothing of exceptions: it is left in pieces where
/// std::bad_alloc passes through it, so a program that finds no memory then had better end.
bool is_in_re2() noexcept;

/// Whether a match may reach across the end of a line.
enum class Lines { one, several };

/// A regular expression of RE2 (its doc/syntax.txt) on bytes, '^' and '$' at lines; searching takes
/// time linear in the text. Copies share what is compiled. Any number of threads may search.
///
/// An expression is compiled by the first function that needs it, which throws what check() throws.
class Expression {
 public:
  explicit Expression(const std::string& text, Lines lines = Lines::one);

  /// Throws ExpressionError where the text is no expression, is too large once compiled, or matches
  /// the empty text.
  void check() const;

  /// How large it is once compiled, in instructions of some twenty bytes.
  std::size_t steps() const;

  const std::string& text() const { return text_; }
  Lines lines() const { return lines_; }
  /// How many groups there are beside group 0, the whole match.
  std::size_t groups() const;
  /// The number of a group by its name or number; -1 where there is none.
  int group(std::string_view name) const;

  /// Whether there is a match.
  bool found_in(std::string_view text) const;
  /// The first match of text[from, to): its groups, those that took no part with no data. What
  /// stands around those bounds is looked at by '^', '$' and '\b'.
  bool find(std::string_view text, std::size_t from, std::size_t to,
            std::vector<std::string_view>& groups) const;

 private:
  struct Compiled;

  /// Where required_ is in text[from, to).
  std::size_t find_required(std::string_view text, std::size_t from, std::size_t to) const;
  bool match(std::string_view text, std::size_t from, std::size_t to,
             std::vector<std::string_view>& groups) const;

  std::string text_;
  Lines lines_;
  std::string required_;  // every match has it; may be empty
  std::shared_ptr<Compiled> compiled_;
};

/// Which of many expressions have a match in a text, found in one pass. Any number of threads may
/// ask; the first compiles, and throws what check() throws.
class ExpressionSet {
 public:
  /// Whether expressions have to match all of the text.
  enum class Match { somewhere, whole };

  ExpressionSet(std::vector<std::string> texts, Match match);
  ExpressionSet(ExpressionSet&&) noexcept;
  ExpressionSet& operator=(ExpressionSet&&) noexcept;
  ~ExpressionSet();

  /// Throws ExpressionError where one of them is none, or all together are too large.
  void check() const;

  /// The numbers of those that match, rising.
  std::vector<std::size_t> matches(std::string_view text) const;

 private:
  struct Compiled;

  std::unique_ptr<Compiled> compiled_;
};

}  // namespace normalize
