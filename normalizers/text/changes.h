#pragma once

#include <string>
#include <string_view>

#include "normalizers/context.h"

namespace normalize {

/// Records what a rule changes in a text: the first few changes each, then how many more.
class Changes {
 public:
  /// Nothing is recorded where `context` is null.
  Changes(const Field& field, Context* context) : field_(field), context_(context) {}

  void add(std::string_view before, std::string_view after);
  /// Says how many more there were.
  void finish();

 private:
  const Field& field_;
  Context* context_;
  std::size_t count_ = 0;
};

}  // namespace normalize
