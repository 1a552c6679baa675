#pragma once

#include <string>

#include "normalizers/context.h"

namespace normalize::test {

/// One file beside the one that is normalized.
class OneNeighbour final : public Neighbours {
 public:
  OneNeighbour(std::string name, Neighbour times, std::optional<Bytes> content = std::nullopt)
      : name_(std::move(name)), times_(times), content_(std::move(content)) {}

  std::optional<Neighbour> find(std::string_view name) const override {
    return name == name_ ? std::optional(times_) : std::nullopt;
  }
  std::optional<Bytes> read(std::string_view name) const override {
    return name == name_ ? content_ : std::nullopt;
  }

 private:
  std::string name_;
  Neighbour times_;
  std::optional<Bytes> content_;
};

}  // namespace normalize::test
