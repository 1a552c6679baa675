#pragma once

#include <deque>

#include "normalizers/bytes/content.h"
#include "normalizers/source.h"

namespace normalize::diff {

/// A Content whose pieces are gathered no sooner than somebody asks for all.
class ContentSource final : public Source {
 public:
  /// `content` outlives this.
  explicit ContentSource(const Content& content) : content_(content) {}

  std::uint64_t size() override { return content_.size(); }
  ByteView head() override {
    if (head_.empty()) head_ = content_.slice(0, kHeadBytes).to_bytes();
    return head_;
  }
  ByteView tail(std::size_t count) override {
    const std::uint64_t size = std::min<std::uint64_t>(count, content_.size());
    return tails_.emplace_back(content_.slice(content_.size() - size, size).to_bytes());
  }
  ByteView all() override {
    if (!gathered_) all_ = content_.contiguous(room_);
    gathered_ = true;
    return all_;
  }

 private:
  const Content& content_;
  Bytes head_;
  std::deque<Bytes> tails_;
  Buffer room_;
  ByteView all_;
  bool gathered_ = false;
};

}  // namespace normalize::diff
