// The manifest of a jar: JAR File Specification, "JAR Manifest". A main section and one for each
// file that needs one, separated by empty lines; a line goes on in the next if that begins with a
// space.
//
//   safe     Main attributes that tell when, where and by whom the jar was built are dropped, whole
//            lines at a time. The clauses of OSGi headers that mean a set are sorted, which old
//            bnds wrote in the order of a hash table; the lines keep their lengths.
//   strict   Also those that tell with what it was built. Also clauses of Provide-Capability and
//            Require-Capability, whose order decides where a resolver could take either of two, and
//            the parameters of all clauses. Attributes and sections by name, and lines folded and
//            ended as java.util.jar.Manifest does it: 72 bytes, CR LF.
//
// Where signatures are to go (SignedFiles::strip), the digests of files go first, and the sections
// that have nothing else. rules/jar_manifest.cpp has the names.

#include <algorithm>

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/metadata/clauses.h"
#include "normalizers/registry.h"
#include "rules/jar_manifest.h"

namespace normalize {
namespace {

constexpr Field kAttribute{"main attribute",
                           "Maven: project.build.outputTimestamp; bnd: -reproducible"};
constexpr Field kClauses{"order of clauses", "bnd 6 or later"};
constexpr Field kOrder{"order of attributes", "JDK 11 or later"};
constexpr Field kDigests{"digest of a file", ""};
constexpr Field kFolding{"line ends and folding", ""};
constexpr std::string_view kDigestSuffix = "-Digest";  // SHA-256-Digest: of a signed file
constexpr std::size_t kLineBytes = 72;

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
  std::string value;      // in one piece, with the blank in front of it
};

Attribute take_attribute(Reader& in) {
  const ByteView rest = in.rest();
  const std::size_t start = in.offset();
  const std::string_view first = without_end(take_line(in));
  Attribute attribute;
  if (!first.empty()) {
    const std::size_t colon = first.find(':');
    if (colon == std::string_view::npos || colon == 0)
      throw FormatError(start, "a line has no name");
    attribute.name = first.substr(0, colon);
    attribute.value = first.substr(colon + 1);
    while (starts_with(in.rest(), " ")) attribute.value += without_end(take_line(in)).substr(1);
  }
  attribute.lines = rest.first(rest.size() - in.remaining());
  return attribute;
}

/// Takes lines one after another. A CR that ends a line and the LF of an empty one after it would
/// be one end where what stood between them is dropped: then the empty line is CR LF.
class Lines {
 public:
  void carry(ByteView lines) {
    add(lines, [&] { out_.carry(lines); });
  }
  void text(std::string_view lines) {
    add(as_bytes(lines), [&] { out_.text(lines); });
  }
  Content finish() && { return std::move(out_).finish(); }

 private:
  void add(ByteView lines, const auto& write) {
    if (ends_with_cr_ && starts_with(lines, "\n")) out_.text("\r");
    write();
    if (!lines.empty()) ends_with_cr_ = as_text(lines).ends_with('\r');
  }

  Writer out_;
  bool ends_with_cr_ = false;
};

/// Another value, as long as the attribute's own, in lines of the same lengths.
std::string in_lines_of(const Attribute& attribute, std::string_view value) {
  std::string text(as_text(attribute.lines));
  Reader in(attribute.lines);
  std::size_t skipped = attribute.name.size() + 1;
  while (in.remaining() > 0) {
    const std::size_t at = attribute.lines.size() - in.remaining() + skipped;
    const std::size_t size = without_end(take_line(in)).size() - skipped;
    text.replace(at, size, value.substr(0, size));
    value.remove_prefix(size);
    skipped = 1;
  }
  return text;
}

/// As java.util.jar.Manifest writes it since JDK 11.
std::string folded(const Attribute& attribute) {
  const std::string line = std::string(attribute.name) + ":" + attribute.value;
  std::string_view left = line;
  std::string text;
  for (std::size_t room = kLineBytes; left.size() > room; room = kLineBytes - 1) {
    text.append(left.substr(0, room)).append("\r\n ");
    left.remove_prefix(room);
  }
  return text.append(left).append("\r\n");
}

using Section = std::vector<Attribute>;

/// Whether java.util.jar.Manifest reads it; others stay in their lines.
bool can_be_written_anew(const Section& section, bool is_main) {
  constexpr std::size_t kLongestName = 70;
  return !section.empty() && (is_main || section.front().name == "Name") &&
         std::ranges::all_of(section, [](const Attribute& attribute) {
           return attribute.value.starts_with(' ') && attribute.name.size() <= kLongestName;
         });
}

/// Manifest-Version or Name first, then by name in any case. Where a name stands twice, readers
/// differ in which one they take: then everything stays.
bool sort_section(Section& section) {
  const auto lower = [](const Attribute& attribute) {
    std::string name(attribute.name);
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return name;
  };
  Section sorted = section;
  std::ranges::stable_sort(sorted.begin() + 1, sorted.end(), {}, lower);
  const auto same = [&](const Attribute& a, const Attribute& b) { return lower(a) == lower(b); };
  if (std::ranges::adjacent_find(sorted, same) != sorted.end()) return false;
  const bool moved = !std::ranges::equal(sorted, section, {}, &Attribute::name, &Attribute::name);
  section = std::move(sorted);
  return moved;
}

class Rewriter {
 public:
  explicit Rewriter(Context& context) : context_(context) {}

  /// Takes an attribute or an empty line.
  void take(Attribute attribute) {
    const std::string_view lines = as_text(attribute.lines);
    if (attribute.name.empty()) {
      if (!sections_.back().empty()) sections_.emplace_back();
      return out_.text(lines);
    }
    const bool is_main = sections_.size() == 1;
    if (is_main && drops(attribute)) return;
    refolds_ |= folded(attribute) != lines;
    if (is_main && sort_clauses(attribute))
      out_.text(in_lines_of(attribute, attribute.value));
    else
      out_.carry(attribute.lines);
    sections_.back().push_back(std::move(attribute));
  }

  Content finish(ByteView input) && {
    if (sections_.size() > 1 && sections_.back().empty()) sections_.pop_back();
    bool writes_anew = context_.rules().strict();
    for (const Section& section : sections_)
      writes_anew = writes_anew && can_be_written_anew(section, &section == &sections_.front());
    return writes_anew ? write_anew(input) : std::move(out_).finish();
  }

 private:
  bool drops(const Attribute& attribute) {
    if (!drops_jar_attribute(attribute.name, context_.rules().profile)) return false;
    const std::string_view value(attribute.value);
    context_.changed(
        kAttribute,
        std::string(attribute.name) + ": " + std::string(value.substr(value.starts_with(' '))), "");
    return true;
  }

  bool sort_clauses(Attribute& attribute) {
    if (!sorts_clauses(attribute.name, context_.rules().profile)) return false;
    const Parameters parameters = context_.rules().strict() ? Parameters::sort : Parameters::keep;
    std::string sorted = sorted_clauses(attribute.value, parameters);
    if (sorted == attribute.value) return false;
    const std::string start = std::string(attribute.name) + ":";
    context_.changed(kClauses, start + attribute.value, start + sorted);
    attribute.value = std::move(sorted);
    return true;
  }

  Content write_anew(ByteView input) {
    if (put_in_order()) context_.changed(kOrder, "as written", "by name");
    std::string text;
    for (const Section& section : sections_) {
      for (const Attribute& attribute : section) text += folded(attribute);
      text += "\r\n";
    }
    const bool nothing_told = context_.mark().findings == findings_before_;
    if (refolds_ || (nothing_told && text != as_text(input)))
      context_.changed(kFolding, "as written", "as java.util.jar.Manifest has it");
    return Content::own(Bytes(as_bytes(text).begin(), as_bytes(text).end()));
  }

  bool put_in_order() {
    bool moved = false;
    for (Section& section : sections_) moved |= sort_section(section);
    const auto file = [](const Section& section) -> const std::string& {
      return section.front().value;
    };
    const auto files = std::ranges::subrange(sections_.begin() + 1, sections_.end());
    if (std::ranges::is_sorted(files, {}, file)) return moved;
    std::ranges::stable_sort(files, {}, file);
    return true;
  }

  Context& context_;
  const std::size_t findings_before_ = context_.mark().findings;
  Lines out_;
  std::vector<Section> sections_ = std::vector<Section>(1);
  bool refolds_ = false;
};

bool is_digest(const Attribute& attribute) { return attribute.name.ends_with(kDigestSuffix); }

bool has_digests(ByteView input) {
  bool found = false;
  for (Reader in(input); in.remaining() > 0;) found |= is_digest(take_attribute(in));
  return found;
}

/// The manifest as it was before jarsigner added what the files' digests are.
Content without_digests(ByteView input, Context& context) {
  Writer out;
  for (Reader in(input); in.remaining() > 0;) {
    Lines section;
    bool is_empty = true, had_digests = false;
    for (bool ends = false; !ends && in.remaining() > 0;) {
      const Attribute attribute = take_attribute(in);
      ends = attribute.name.empty();
      if (is_digest(attribute)) {
        had_digests = true;
        context.changed(kDigests, as_text(attribute.lines), "");
        continue;
      }
      is_empty = is_empty && (ends || attribute.name == "Name");
      section.carry(attribute.lines);
    }
    if (!is_empty || !had_digests) out.carry(std::move(section).finish());
  }
  return std::move(out).finish();
}

class Manifest final : public Normalizer {
 public:
  std::string_view name() const override { return "manifest"; }
  bool recognizes(const Probe& probe) const override {
    return starts_with(probe.head, "Manifest-Version:");
  }

  Content normalize(ByteView input, Context& context) const override {
    if (!has_digests(input)) return rewritten(input, context);
    if (context.rules().signed_files != SignedFiles::strip)
      return context.leave(input, "lists digests, which a signature may cover");
    const Buffer bare = without_digests(input, context).to_buffer();
    return Content::own(rewritten({bare.data(), bare.size()}, context).to_buffer());
  }

 private:
  static Content rewritten(ByteView input, Context& context) {
    Rewriter rewriter(context);
    for (Reader in(input); in.remaining() > 0;) rewriter.take(take_attribute(in));
    return std::move(rewriter).finish(input);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_manifest() { return std::make_unique<Manifest>(); }

}  // namespace normalize
