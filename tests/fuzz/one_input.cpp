#include "tests/fuzz/one_input.h"

#include "normalizers/normalize.h"

namespace normalize::fuzz {
namespace {

Result normalize_once(const Normalizer& format, ByteView input, const Rules& rules) {
  WholeSource source(input);
  // The name is as good as any: some formats look at how a member is called.
  return normalize_as(format, "file." + std::string(format.name()), source, rules);
}

std::string own_failure(const Result& result) {
  for (const Remark& remark : result.journal.remarks)
    if (remark.kind == Remark::Kind::failed) return remark.text;
  return {};
}

std::string broken_law(const Normalizer& format, ByteView input, const Rules& rules) {
  const Result once = normalize_once(format, input, rules);
  if (std::string failure = own_failure(once); !failure.empty()) return failure;
  if (once.outcome != Result::Outcome::changed) return {};
  if (once.journal.findings.empty()) return "a change comes without a finding";
  const Bytes normal = once.content.to_bytes();
  const Result twice = normalize_once(format, normal, rules);
  if (twice.outcome == Result::Outcome::changed) return "the normal form has another normal form";
  if (twice.outcome == Result::Outcome::damaged) return "the normal form is damaged";
  return {};
}

}  // namespace

std::string broken_law(const Normalizer& format, ByteView input) {
  WholeSource source(input);
  format.recognizes({"file", source.head(), source});
  Rules safe, strict;
  strict.epoch = 1'704'164'645;
  strict.profile = Profile::strict;
  for (const Rules& rules : {safe, strict})
    if (std::string broken = broken_law(format, input, rules); !broken.empty()) return broken;
  return {};
}

}  // namespace normalize::fuzz
