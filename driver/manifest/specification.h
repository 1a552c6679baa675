#pragma once

#include <map>
#include <string>
#include <vector>

#include "driver/manifest/keywords.h"

/// Specifications of mtree(5), written and read.
namespace normalize {

/// Whose mtree(8) a specification is written for. `freebsd`: folders hold what is in them, up to a
/// ".."; `netbsd` and `libarchive`: a path in full before each line, with digests called "sha256"
/// and "sha256digest". All read all.
enum class Flavour { freebsd, netbsd, libarchive };

/// The words behind a name: " type=file mode=0644".
std::string specification_words(const Described& described, const std::vector<Keyword>& keywords,
                                const std::vector<std::string>& algorithms, Flavour flavour);

/// Puts a specification together, line after line.
class SpecificationWriter {
 public:
  explicit SpecificationWriter(Flavour flavour) : flavour_(flavour), text_("#mtree\n") {}

  /// `path` as NormalTree has it; comes in its order.
  void add(const std::string& path, const std::string& words);
  std::string finish() &&;

 private:
  void go_to(std::string_view folder);
  void leave();

  const Flavour flavour_;
  std::string text_;
  std::vector<std::string> open_;  // folders, by path, the root among them
};

/// What a specification says of one name. Views of its text.
struct SpecifiedName {
  std::string path;  // without "./" in front, and without '/' at the end; the root is ""
  std::map<Keyword, std::string_view> words;  // as they stand, encoded
  bool optional = false;                      // may be missing
  bool ignored = false;                       // what is below counts for nothing
  bool unchecked = false;                     // "nochange": that it is there is enough
};

struct Specification {
  std::vector<SpecifiedName> names;            // the last line about a path counts
  std::vector<std::string_view> not_compared;  // keywords, each once, in the order they were met
};

/// Takes a specification apart, in any flavour. `text` outlives what comes back. Throws FormatError
/// with the line that is none.
Specification read_specification(std::string_view text);

/// The path of a name as specifications have it, in which folders do not end in '/'.
inline std::string_view without_slash(std::string_view path) {
  return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

}  // namespace normalize
