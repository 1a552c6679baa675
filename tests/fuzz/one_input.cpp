#include "tests/fuzz/one_input.h"

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

}  // namespace

std::string broken_law(const std::function<Result(ByteView input)>& run, ByteView input) {
  const Result once = run(input);
  if (std::string failure = own_failure(once); !failure.empty()) return failure;
  if (once.outcome != Result::Outcome::changed) return {};
  if (once.journal.findings.empty()) return "a change comes without a finding";
  const Bytes normal = once.content.to_bytes();
  const Result twice = run(normal);
  if (twice.outcome == Result::Outcome::changed) return "the normal form has another normal form";
  if (twice.outcome == Result::Outcome::damaged) return "the normal form is damaged";
  return {};
}

std::string broken_law(const Normalizer& format, ByteView input) {
  WholeSource source(input);
  format.recognizes({"file", source.head(), source});
  Rules safe, strict;
  strict.epoch = 1'704'164'645;
  strict.profile = Profile::strict;
  for (const Rules& rules : {safe, strict}) {
    const auto run = [&](ByteView bytes) { return normalize_once(format, bytes, rules); };
    if (std::string broken = broken_law(run, input); !broken.empty()) return broken;
  }
  return {};
}

}  // namespace normalize::fuzz
