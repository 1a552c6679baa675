#pragma once

#include <cstdint>
#include <functional>

#include "normalizers/bytes/bytes.h"

namespace normalize::store {

/// A part of the target: `copied` bytes that resemble those of the reference from `from` on, and
/// `added` bytes behind them that resemble nothing.
struct Match {
  std::size_t from, copied, added;
};

/// Takes the target apart from front to back and calls `use` with each part. Parts that resemble
/// each other are found where they have 24 bytes in a row in common.
void find_matches(ByteView reference, ByteView target,
                  const std::function<void(const Match& match)>& use);

}  // namespace normalize::store
