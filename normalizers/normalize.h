#pragma once

#include <string>
#include <string_view>

#include "normalizers/context.h"
#include "normalizers/registry.h"

namespace normalize {

/// What became of one file.
struct Result {
  enum class Outcome {
    not_ours,        // no format claims it, or the rules leave the format alone
    already_normal,  // equal to its normal form
    changed,         // `content` differs from the input
    damaged,         // malformed, past a limit, or verification failed: the journal says why
  };
  Outcome outcome = Outcome::not_ours;
  /// The format that claimed the file; empty for not_ours.
  std::string_view format;
  /// Set for `changed` only. May view the source's bytes.
  Content content;
  /// Findings for `changed` only; remarks at any outcome.
  Journal journal;
};

/// The normal form of one file: a function of its bytes, its name, the rules, the neighbours and,
/// where the rules ask for them, the services.
/// The source outlives the result. Throws only what the source throws as std::system_error, and
/// std::bad_alloc: then the file has to stay as it was.
Result normalize_source(std::string_view name, Source& source, const Rules& rules,
                        const Neighbours* neighbours = nullptr, Services* services = nullptr);

/// The same, with the format given instead of found.
Result normalize_as(const Normalizer& format, std::string_view name, Source& source,
                    const Rules& rules, const Neighbours* neighbours = nullptr,
                    Services* services = nullptr);

}  // namespace normalize
