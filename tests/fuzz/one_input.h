#pragma once

#include <functional>

#include "normalizers/normalize.h"
#include "normalizers/registry.h"

namespace normalize::fuzz {

/// Holds one format to the laws that hold for any bytes: no crash, no failure of our own making,
/// and what comes out is normal. Returns what was broken, empty for nothing.
std::string broken_law(const Normalizer& format, ByteView input);

/// The same of whatever `run` does to bytes, under rules of its own.
std::string broken_law(const std::function<Result(ByteView input)>& run, ByteView input);

}  // namespace normalize::fuzz
