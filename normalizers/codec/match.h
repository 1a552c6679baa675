#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// How much of a payload a search for parameters packs, at most: enough to tell them apart, and a
/// small part of what packing a large payload costs.
inline constexpr std::size_t kProbeBytes = std::size_t{4} << 20;

/// Compares packed bytes, as they come out of a trial, with those of a stream.
class Match {
 public:
  explicit Match(ByteView stream) : stream_(stream) {}

  /// False from the first byte on that differs.
  bool feed(ByteView part) {
    holds_ = holds_ && part.size() <= stream_.size() - matched_ &&
             equal(part, stream_.subspan(matched_, part.size()));
    if (holds_) matched_ += part.size();
    return holds_;
  }
  bool holds() const { return holds_; }
  /// Whether the stream has been matched to its end.
  bool whole() const { return holds_ && matched_ == stream_.size(); }

 private:
  ByteView stream_;
  std::size_t matched_ = 0;
  bool holds_ = true;
};

}  // namespace normalize
