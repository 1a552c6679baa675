// git.properties in JSON (RFC 8259), as git-commit-id-maven-plugin writes it with <format>json: an
// object of texts. Their values become what they become in git.properties
// (metadata/build_value.h); all else is carried over, blanks and order included.

#include "normalizers/bytes/writer.h"
#include "normalizers/error.h"
#include "normalizers/metadata/build_value.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kKey = "\"git.commit.id";  // there in every configuration

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kBlanks, at), text.size());
}

/// Where the text ends that begins with the quote at `at`: at its last quote. Throws FormatError.
std::size_t end_of_text(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i;
    if (text[i] == '\\') ++i;
  }
  throw FormatError(at, "a text does not end");
}

/// Replaces values, text by text.
class GitJson {
 public:
  GitJson(ByteView input, Context& context) : text_(as_text(input)), context_(context) {}

  Content rewrite() && {
    for (std::size_t at = text_.find('"'); at != text_.npos; at = text_.find('"', at + 1)) {
      const std::size_t end = end_of_text(text_, at);
      const std::string_view key = text_.substr(at + 1, end - at - 1);
      at = end;
      const std::size_t colon = skip_blanks(text_, end + 1);
      if (colon == text_.size() || text_[colon] != ':') continue;
      const std::size_t value = skip_blanks(text_, colon + 1);
      if (value == text_.size() || text_[value] != '"') continue;
      at = end_of_text(text_, value);
      settle(key, text_.substr(value + 1, at - value - 1));
    }
    out_.carry(as_bytes(text_.substr(copied_)));
    return std::move(out_).finish();
  }

 private:
  void settle(std::string_view key, std::string_view value) {
    const auto settled = normal_build_value(key, value, context_.rules());
    if (!settled) return;
    context_.changed(*settled->field, std::string(value), settled->after);
    const auto at = static_cast<std::size_t>(value.data() - text_.data());
    out_.carry(as_bytes(text_.substr(copied_, at - copied_)));
    out_.text(settled->after);
    copied_ = at + value.size();
  }

  const std::string_view text_;
  Context& context_;
  Writer out_;
  std::size_t copied_ = 0;
};

class GitJsonFormat final : public Normalizer {
 public:
  std::string_view name() const override { return "git_json"; }

  bool recognizes(const Probe& probe) const override {
    const std::string_view text = as_text(probe.head);
    const std::size_t brace = skip_blanks(text, 0);
    if (brace == text.size() || text[brace] != '{') return false;
    return text.substr(skip_blanks(text, brace + 1)).starts_with("\"git.") &&
           text.find(kKey) != text.npos;
  }

  Content normalize(ByteView input, Context& context) const override {
    return GitJson(input, context).rewrite();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_git_json() { return std::make_unique<GitJsonFormat>(); }

}  // namespace normalize
