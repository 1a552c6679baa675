#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace normalize {

/// Hands a report on piece by piece while it is written, so that none is in memory as a whole.
class Output {
 public:
  /// Takes the pieces in order. May throw.
  using Sink = std::function<void(std::string_view)>;
  explicit Output(Sink sink) : sink_(std::move(sink)) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// What waits to be handed on; writers append to it.
  std::string& text() { return text_; }
  Output& operator<<(std::string_view text) { return text_ += text, settle(), *this; }

  /// Hands on what waits once it is worth a call; to be called after each line, or record.
  void settle() {
    if (text_.size() >= kWorthACall) flush();
  }
  /// Hands on all that waits. Whoever made the Output calls it last.
  void flush() {
    if (!text_.empty()) sink_(text_);
    text_.clear();
  }

 private:
  static constexpr std::size_t kWorthACall = std::size_t{64} << 10;

  Sink sink_;
  std::string text_;
};

}  // namespace normalize
