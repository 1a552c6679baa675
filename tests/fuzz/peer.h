#pragma once

#include <string>

#include "normalizers/registry.h"

namespace normalize::fuzz {

/// Whether libarchive, which shares no code with our readers, finds every member that `format`
/// hands on: a file of that name and these bytes. Empty where it does, or where either cannot read
/// the input; otherwise the first that it does not find.
std::string difference_from_peer(const Normalizer& format, ByteView input);

}  // namespace normalize::fuzz
