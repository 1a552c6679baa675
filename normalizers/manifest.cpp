// The manifest of a jar: JAR File Specification, "JAR Manifest". A main section and one for each
// file that needs one, separated by empty lines; a line goes on in the next if that begins with a
// space. Main attributes that tell when, where and by whom the jar was built are dropped, whole
// lines at a time: what stays is not folded anew, and keeps its order and line ends.

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"
#include "rules/jar_manifest.h"

namespace normalize {
namespace {

constexpr Field kAttribute{"main attribute",
                           "Maven: project.build.outputTimestamp; bnd: -reproducible"};
constexpr std::string_view kDigestSuffix = "-Digest";  // SHA-256-Digest: of a signed file

/// A line with its end: CR LF, LF or CR.
ByteView take_line(Reader& in) {
  const std::string_view rest = as_text(in.rest());
  std::size_t size = std::min(rest.find_first_of("\r\n"), rest.size());
  if (size < rest.size())
    size += rest.substr(size).starts_with("\r\n") ? std::size_t{2} : std::size_t{1};
  return in.take(size, "line");
}

std::string_view without_end(ByteView line) {
  const std::string_view text = as_text(line);
  return text.substr(0, std::min(text.find_first_of("\r\n"), text.size()));
}

/// An attribute with the lines it goes on in; empty lines come alone.
struct Attribute {
  ByteView lines;
  std::string_view name;  // empty for an empty line
};

Attribute take_attribute(Reader& in) {
  const ByteView rest = in.rest();
  const std::size_t start = in.offset();
  const std::string_view first = without_end(take_line(in));
  std::size_t used = rest.size() - in.remaining();
  if (first.empty()) return {rest.first(used), {}};
  const std::size_t colon = first.find(':');
  if (colon == std::string_view::npos || colon == 0) throw FormatError(start, "a line has no name");
  while (starts_with(in.rest(), " ")) take_line(in);
  used = rest.size() - in.remaining();
  return {rest.first(used), first.substr(0, colon)};
}

/// The value in one piece, for the report.
std::string value_of(const Attribute& attribute) {
  Reader in(attribute.lines);
  std::string value(without_end(take_line(in)).substr(attribute.name.size() + 1));
  while (in.remaining() > 0) value += without_end(take_line(in)).substr(1);
  return value.starts_with(' ') ? value.substr(1) : value;
}

class Manifest final : public Normalizer {
 public:
  std::string_view name() const override { return "manifest"; }
  bool recognizes(const Probe& probe) const override {
    return starts_with(probe.head, "Manifest-Version:");
  }

  Content normalize(ByteView input, Context& context) const override {
    Reader in(input);
    Writer out;
    bool in_main_section = true;
    while (in.remaining() > 0) {
      const Attribute attribute = take_attribute(in);
      if (attribute.name.empty()) in_main_section = false;
      if (attribute.name.ends_with(kDigestSuffix))
        return context.leave(input, "lists digests, which a signature may cover");
      if (in_main_section && drops_jar_attribute(attribute.name, context.rules().profile))
        context.changed(kAttribute, std::string(attribute.name) + ": " + value_of(attribute), "");
      else
        out.carry(attribute.lines);
    }
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_manifest() { return std::make_unique<Manifest>(); }

}  // namespace normalize
