#include "rules/glob.h"

#include "rules/expression.h"

namespace normalize {
namespace {

/// A tree may begin behind it.
constexpr std::string_view kSlash = "\\x2f\\x00?";

class Translation {
 public:
  explicit Translation(std::string_view glob) : left_(glob) {}

  std::string run() {
    while (!left_.empty()) step(next());
    if (braces_ > 0) throw ExpressionError("'{' without '}'");
    return std::move(out_);
  }

 private:
  char next() {
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }

  void literal(char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out_.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }

  void step(char c) {
    switch (c) {
      case '*':
        if (!left_.starts_with('*')) return void(out_ += "[^/!]*");
        next();
        // "a/**/b" fits "a/b" too.
        if (left_.starts_with('/') && (out_.empty() || out_.ends_with(kSlash))) {
          next();
          return void(out_ += "(?:(?s:.)*\\x2f\\x00?)?");
        }
        return void(out_ += "(?s:.)*");
      case '/':
        return void(out_ += kSlash);
      case '?':
        return void(out_ += "[^/!]");
      case '[':
        return one_of();
      case '{':
        ++braces_;
        return void(out_ += "(?:");
      case '}':
        if (braces_ == 0) throw ExpressionError("'}' without '{'");
        --braces_;
        return void(out_ += ")");
      case ',':
        return braces_ > 0 ? void(out_ += "|") : literal(c);
      case '\\':
        if (left_.empty()) throw ExpressionError("'\\' at the end");
        return literal(next());
      default:
        return literal(c);
    }
  }

  void one_of() {
    out_ += "[";
    if (left_.starts_with('!') || left_.starts_with('^')) {
      next();
      out_ += "^/!";
    }
    bool first = true;
    for (;; first = false) {
      if (left_.empty()) throw ExpressionError("'[' without ']'");
      const char c = next();
      if (c == ']' && !first) break;
      if (c == '-' && !first && !left_.starts_with(']'))
        out_ += '-';
      else
        literal(c);
    }
    out_ += "]";
  }

  std::string_view left_;
  std::string out_;
  unsigned braces_ = 0;
};

}  // namespace

std::string expression_of_glob(std::string_view glob) {
  if (glob.empty()) throw ExpressionError("an empty glob fits nothing");
  if (is_at_root(glob)) return "(?s:.)*\\x00(?:" + Translation(glob.substr(1)).run() + ")";
  return "(?:(?s:.)*[/!])?\\x00?(?:" + Translation(glob).run() + ")";
}

bool is_at_root(std::string_view glob) { return glob.starts_with('/'); }

}  // namespace normalize
