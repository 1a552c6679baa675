// META-INF/sisu/javax.inject.Named: the index of Eclipse Sisu, the names of the classes of a jar
// that are components, one a line. Its writers end lines as their system does, and old ones put
// them in the order of a directory; the newer ones sort. In strict the lines are sorted and end
// with line feeds. Where several classes implement one type, their order decides which Sisu hands
// out first, so in safe nothing changes.

#include <algorithm>

#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kIndexName = "javax.inject.Named";

constexpr Field kLines{"lines", "the annotation processor of org.eclipse.sisu.inject 0.3 or later"};

/// Of a binary name of a class in UTF-8: org.demo.Outer$Inner.
bool belongs_to_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// The lines without their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find_first_of("\r\n"), text.size());
    if (size > 0) lines.push_back(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return lines;
}

class SisuIndex final : public Normalizer {
 public:
  std::string_view name() const override { return "sisu_index"; }

  bool recognizes(const Probe& probe) const override {
    const std::string_view text = as_text(probe.head);
    const auto ends = probe.name.substr(probe.name.find_last_of('/') + 1) == kIndexName;
    return ends && !text.empty() && text.find('.') != text.npos &&
           std::ranges::all_of(text,
                               [](char c) { return belongs_to_name(c) || c == '\r' || c == '\n'; });
  }

  Content normalize(ByteView input, Context& context) const override {
    if (!context.rules().strict()) return Content::view(input);
    std::vector<std::string_view> lines = lines_of(as_text(input));
    std::ranges::sort(lines);
    Bytes sorted;
    for (const std::string_view line : lines) {
      sorted.insert(sorted.end(), as_bytes(line).begin(), as_bytes(line).end());
      sorted.push_back(std::byte{'\n'});
    }
    if (equal(sorted, input)) return Content::view(input);
    context.changed(kLines, "as written", "sorted, line feeds");
    return Content::own(std::move(sorted));
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_sisu_index() { return std::make_unique<SisuIndex>(); }

}  // namespace normalize
