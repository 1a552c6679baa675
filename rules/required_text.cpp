// Looks at no more of RE2's syntax than it takes to know plain characters that stand for themselves
// at the top level. Whatever else changes what those mean has no required text.

#include "rules/required_text.h"

namespace normalize {
namespace {

constexpr std::size_t kLeast = 4;  // shorter ones are met too often to be worth looking for

class Scan {
 public:
  explicit Scan(std::string_view left) : left_(left) {}

  std::string run() {
    while (!left_.empty())
      if (!step()) return "";
    end_run();
    return best_.size() < kLeast ? "" : best_;
  }

 private:
  /// Returns whether it is understood.
  bool step() {
    const char c = next();
    switch (c) {
      case '\\':
        return escape();
      case '[':
        return end_run(), skip_class();
      case '(':
        return end_run(), skip_group();
      case '|':
      case ')':
        return false;
      case '*':
      case '?':
        return drop_last(), true;
      case '{':
        return drop_last(), skip_past('}');
      case '+':
      case '.':
      case '^':
      case '$':
        return end_run(), true;
      default:
        return run_ += c, true;
    }
  }

  char next() {
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }

  void end_run() {
    if (run_.size() > best_.size()) best_ = run_;
    run_.clear();
  }
  /// What may be there no time at all is not required.
  void drop_last() {
    if (!run_.empty()) run_.pop_back();
    end_run();
  }
  bool skip_past(char c) {
    const std::size_t at = left_.find(c);
    if (at == left_.npos) return false;
    left_.remove_prefix(at + 1);
    return true;
  }

  bool escape() {
    constexpr std::string_view kOneOfMany = "dDwWsSbBAznrtfv";
    if (left_.empty()) return false;
    const char c = next();
    if (kOneOfMany.find(c) != kOneOfMany.npos) return end_run(), true;
    const bool is_plain = static_cast<unsigned char>(c) < 0x80 && !(c >= '0' && c <= '9') &&
                          !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z');
    if (is_plain) run_ += c;
    return is_plain;
  }

  bool skip_class() {
    if (left_.starts_with('^')) next();
    if (left_.starts_with(']')) next();
    while (!left_.empty()) {
      if (left_.starts_with("[:")) {
        const std::size_t end = left_.find(":]");
        if (end == left_.npos) return false;
        left_.remove_prefix(end + 2);
        continue;
      }
      const char c = next();
      if (c == ']') return true;
      if (c == '\\' && !left_.empty()) next();
    }
    return false;
  }

  bool skip_group() {
    if (left_.starts_with("?s)")) return left_.remove_prefix(3), true;
    const bool has_flags =
        left_.starts_with("?") && !left_.starts_with("?:") && !left_.starts_with("?P<");
    if (has_flags) return false;
    while (!left_.empty()) {
      const char c = next();
      if (c == ')') return true;
      if (c == '\\') {
        if (left_.empty() || left_.front() == 'Q') return false;
        next();
      }
      if (c == '[' && !skip_class()) return false;
      if (c == '(' && !skip_group()) return false;
    }
    return false;
  }

  std::string_view left_;
  std::string run_, best_;
};

}  // namespace

std::string required_text(std::string_view expression) { return Scan(expression).run(); }

}  // namespace normalize
