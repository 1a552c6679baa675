#pragma once

#include "normalizers/normalize.h"
#include "normalizers/ruling.h"

namespace normalize {

/// Takes one file or member through claim, normalize, compare and verify. What it says goes to the
/// context's journal; findings of a file that does not change are taken back.
class Dispatch {
 public:
  explicit Dispatch(Context& context);

  /// Finds the format, unless `format` is given. Throws as normalize_source() does.
  Result::Outcome run(Source& source, const Normalizer* format = nullptr);

  std::string_view format() const { return context_.format_; }
  /// The normal form, after run() returned `changed`.
  const Content& content() const { return content_; }

 private:
  /// What the rules say of the file; from now on it is under the rules that they make for it.
  Ruling ask_rules(Source& source);
  /// What text treatments make of the normal form, or of the file where there is none.
  Result::Outcome treat(const Ruling& ruling, Source& source, Result::Outcome so_far);
  /// Throws LimitError.
  void check_depth() const;
  Result::Outcome normalize(const Normalizer& format, Source& source);
  /// Whether something was said of the file itself behind the first `from` remarks: that it, or
  /// part of it, is left alone.
  bool is_remarked(std::size_t from) const;
  /// Shakes what the format has beside values: with noise.
  void shake(const Normalizer& format);
  /// Takes back what was said since the start, and says `problem` instead.
  Result::Outcome give_up(Remark::Kind kind, const std::string& problem, std::string detail = {});

  Context& context_;
  const std::size_t findings_at_start_;
  const std::size_t remarks_at_start_;
  Content content_;
};

}  // namespace normalize
