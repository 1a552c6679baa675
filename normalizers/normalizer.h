#pragma once

#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"
#include "normalizers/source.h"
#include "rules/rules.h"

namespace normalize {

class Context;

/// What of an archive is read back by libarchive: nothing, for what is none; every byte; or every
/// header and the data of changed members, where reading the others would mean unpacking them.
enum class Verification { none, everything, changed_members };

/// What a format decides by.
struct Probe {
  /// Its name within the container or tree that holds it; a tie-breaker, never the reason.
  std::string_view name;
  ByteView head;
  Source& source;
};

/// Rewrites one file format into its normal form.
///
/// Works on bytes alone: files, temporary files and reports belong to driver/.
/// Instances hold no mutable state; one serves every worker at once.
class Normalizer {
 public:
  virtual ~Normalizer() = default;

  /// Names the format in rules, on the command line and in messages: "gzip".
  virtual std::string_view name() const = 0;

  /// Whether this is the format. Decides by content; the file name only breaks a tie. Answers every
  /// input, the empty one too, from `head`; asks for the tail only where a prefix may hide the
  /// format.
  virtual bool recognizes(const Probe& probe) const = 0;

  /// The normal form of `input`; equal to `input` where it is normal already. The content may view
  /// `input`, which outlives it. Throws FormatError on malformed input, LimitError past a limit.
  virtual Content normalize(ByteView input, Context& context) const = 0;

  /// What the file holds, as lines for people; empty where the format has nothing to show. Throws
  /// as normalize() does.
  virtual std::string describe(ByteView, const Rules&) const { return {}; }

  /// How an output that differs from its input is checked by a reader that is not ours.
  virtual Verification verification() const { return Verification::none; }
};

}  // namespace normalize
