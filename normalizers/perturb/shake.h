#pragma once

#include <string_view>

#include "normalizers/bytes/content.h"
#include "normalizers/context.h"

/// The reverse of normalizing, for `perturb` and for tests: other bytes of the same normal form.
///
/// A run whose rules have noise goes through the normalizers as any run does, with other values in
/// the place of the normal ones (rules/noise.h): times, owners, modes and places in an order, so
/// that what lists them follows. Then each format's own function shakes what is no such value, and
/// once more, and for each member apart, values that nothing else repeats. Each format of
/// formats.def has one, or says that it needs none (values_alone.cpp): without, nothing links.
namespace normalize::perturb {

/// What such a function goes by.
struct Shaker {
  Context& context;
  /// Drawn from the seed and the file's content.
  NoiseSource numbers;

  const Rules& rules() const { return context.rules(); }
  /// The rules with other noise at each call.
  Rules drawn();
};

/// Other bytes for a file of the format called `format`, which is as the normalizer made it, with
/// noise for values; may view `file`. Throws FormatError.
Content shake(std::string_view format, ByteView file, Shaker& shaker);

#define NORMALIZER(name) Content shake_##name(ByteView file, Shaker& shaker);
#include "normalizers/formats.def"
#undef NORMALIZER

}  // namespace normalize::perturb
