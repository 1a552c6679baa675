#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace normalize {

class ExpressionSet;

/// Which of many globs, as expression_of_glob() has them, fit a path. Any number of threads may
/// ask.
///
/// Most globs end in a text that few paths end in, and are not even compiled before one does; only
/// of very many are all compiled together, which is slow once and quick ever after.
class GlobSet {
 public:
  /// Throws ExpressionError where one of them is none.
  explicit GlobSet(const std::vector<std::string>& globs);
  GlobSet(GlobSet&&) noexcept;
  GlobSet& operator=(GlobSet&&) noexcept;
  ~GlobSet();

  /// Throws ExpressionError where all together are too large.
  void check() const;

  /// The numbers of those that fit, rising.
  std::vector<std::size_t> matches(std::string_view path) const;

 private:
  struct Glob;

  std::vector<Glob> globs_;  // those that are equal stand here once
  std::unique_ptr<ExpressionSet> together_;
  std::size_t count_;
};

/// Texts one of which every path ends in that the glob fits; "" is one where that is not easily
/// seen.
std::vector<std::string> ends_of_glob(std::string_view glob);

}  // namespace normalize
