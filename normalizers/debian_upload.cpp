// What goes along with Debian packages and tells their sums: .dsc (dsc(5)), .buildinfo
// (deb-buildinfo(5)) and .changes (deb-changes(5)), paragraphs of fields (deb822(5)).
//
// Sizes and sums of files that stand beside it follow them to their normal form; those of a file
// that is not there stay. In `strict` a .buildinfo tells no more when, where and in which
// environment a build ran, which is all it is for, so `safe` leaves that. What is signed stays.

#include <array>
#include <cctype>
#include <map>
#include <set>

#include "normalizers/bytes/digest.h"
#include "normalizers/package/edits.h"
#include "normalizers/package/lines.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr Field kSumField{"sums of files", ""};
constexpr Field kBuildField{"field about the build", ""};
constexpr std::string_view kSignedMessage = "-----BEGIN PGP SIGNED MESSAGE-----";

/// Each kind may list those before it, which is what keeps two of them from following each other.
constexpr std::array<std::string_view, 3> kSuffixes{".dsc", ".buildinfo", ".changes"};

/// 0 for files of no such kind.
std::size_t rank_of(std::string_view name) {
  for (std::size_t i = 0; i < kSuffixes.size(); ++i)
    if (name.ends_with(kSuffixes[i])) return i + 1;
  return 0;
}

/// The part of a line from its first to its last character that is no blank.
std::string_view trimmed(std::string_view line) {
  const std::size_t start = std::min(line.find_first_not_of(" \t\r\n"), line.size());
  return line.substr(start, line.find_last_not_of(" \t\r\n") + 1 - start);
}

/// A field of a paragraph: its first line and those that begin with a blank.
struct ControlField {
  std::string_view name;   // in front of the colon; empty for a line that has none
  std::string_view whole;  // with its lines' ends
  std::string_view lines;  // behind the first
};

ControlField take_field(std::string_view& text) {
  const std::string_view rest = text;
  const std::string_view first = package::take_line(text);
  while (text.starts_with(' ') || text.starts_with('\t')) package::take_line(text);
  const std::size_t size = rest.size() - text.size();
  const std::size_t colon = first.find(':');
  return {colon == first.npos ? "" : first.substr(0, colon), rest.substr(0, size),
          rest.substr(first.size(), size - first.size())};
}

/// What message_digest() calls the algorithm of a list of files; empty where the field is none.
std::string algorithm_of(std::string_view field) {
  constexpr std::string_view kPrefix = "Checksums-";
  if (field == "Files") return "md5";
  if (!field.starts_with(kPrefix)) return {};
  std::string name(field.substr(kPrefix.size()));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

bool tells_of_the_build(std::string_view field) {
  constexpr std::array<std::string_view, 5> kFields{
      "Build-Date", "Build-Path", "Build-Kernel-Version", "Build-Tainted-By", "Environment"};
  return std::ranges::find(kFields, field) != kFields.end();
}

/// Of all lists. Throws FormatError where one is not known.
std::set<std::string> algorithms_in(std::string_view text) {
  std::set<std::string> algorithms;
  while (!text.empty()) {
    const std::string_view field = take_field(text).name;
    const std::string algorithm = algorithm_of(field);
    if (algorithm.empty()) continue;
    if (!message_digest(algorithm, {}))
      throw FormatError(0, std::string(field) + " has sums that are not known");
    algorithms.insert(algorithm);
  }
  return algorithms;
}

/// " SUM SIZE NAME" or, in Files of a .changes, " SUM SIZE SECTION PRIORITY NAME".
struct ListedFile {
  std::string_view sum, size, name;
};

std::optional<ListedFile> listed_file(std::string_view line) {
  line = trimmed(line);
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos || first == last) return std::nullopt;
  const std::string_view behind = line.substr(first + 1);
  return ListedFile{line.substr(0, first), behind.substr(0, behind.find(' ')),
                    line.substr(last + 1)};
}

class Upload {
 public:
  Upload(std::string_view text, Context& context)
      : edits_(text), text_(text), context_(context), algorithms_(algorithms_in(text)) {}

  std::string settle() && {
    const bool strict = context_.rules().strict() && context_.name().ends_with(".buildinfo");
    for (std::string_view left = text_; !left.empty();) {
      const ControlField field = take_field(left);
      if (strict && tells_of_the_build(field.name))
        drop(field);
      else if (const std::string algorithm = algorithm_of(field.name); !algorithm.empty())
        settle_list(field, algorithm);
    }
    return std::move(edits_).finish();
  }

 private:
  void drop(const ControlField& field) {
    context_.changed(kBuildField, trimmed(field.whole), "");
    edits_.replace(field.whole, "");
  }

  void settle_list(const ControlField& field, const std::string& algorithm) {
    for (std::string_view lines = field.lines; !lines.empty();) {
      const std::string_view line = package::take_line(lines);
      const auto file = listed_file(line);
      const Sums* sums = file ? sums_of(file->name) : nullptr;
      if (!sums || (sums->size == file->size && sums->by_algorithm.at(algorithm) == file->sum))
        continue;
      const std::string& sum = sums->by_algorithm.at(algorithm);
      context_.changed(kSumField, trimmed(line), sum + " " + sums->size + " ...");
      edits_.replace(file->sum, sum);
      edits_.replace(file->size, sums->size);
    }
  }

  struct Sums {
    std::string size;
    std::map<std::string, std::string> by_algorithm;
  };

  /// Of a file as it will be; null where that is not to be had.
  const Sums* sums_of(std::string_view name) {
    const bool is_ours = name.find('/') == name.npos && rank_of(name) < rank_of(context_.name());
    if (!is_ours || !context_.neighbours()) return nullptr;
    const auto [known, is_new] = sums_.try_emplace(std::string(name));
    if (is_new)
      if (const auto bytes = context_.neighbours()->read(beside(name)))
        known->second = made(*bytes);
    return known->second ? &*known->second : nullptr;
  }

  Sums made(ByteView bytes) const {
    Sums sums{std::to_string(bytes.size()), {}};
    for (const std::string& algorithm : algorithms_)
      sums.by_algorithm[algorithm] = hex_digest(algorithm, Content::view(bytes));
    return sums;
  }

  std::string beside(std::string_view name) const {
    const std::string_view path = context_.name();
    return std::string(path.substr(0, path.rfind('/') + 1)).append(name);
  }

  package::Edits edits_;
  const std::string_view text_;
  Context& context_;
  const std::set<std::string> algorithms_;
  std::map<std::string, std::optional<Sums>> sums_;  // by name
};

class DebianUpload final : public Normalizer {
 public:
  std::string_view name() const override { return "debian_upload"; }
  bool recognizes(const Probe& probe) const override {
    return rank_of(probe.name) > 0 &&
           (starts_with(probe.head, "Format: ") || starts_with(probe.head, kSignedMessage));
  }

  Content normalize(ByteView input, Context& context) const override {
    if (starts_with(input, kSignedMessage)) return context.leave_signed(input, "OpenPGP");
    return Content::own(Buffer(as_bytes(Upload(as_text(input), context).settle())));
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_debian_upload() { return std::make_unique<DebianUpload>(); }

}  // namespace normalize
