#pragma once

#include "driver/manifest/specification.h"
#include "driver/store/digest.h"
#include "driver/tree/normal_tree.h"

/// A build: what a tree was, as it was and once normal.
namespace normalize::store {

/// The bytes of a file.
struct FileBytes {
  std::uint64_t size = 0;
  Digest digest;
  friend bool operator==(const FileBytes&, const FileBytes&) = default;
};

struct BuildName {
  std::string path;                 // as NormalTree has it: a folder's ends in '/', the root is ""
  NormalName normal, original;      // owners by number
  FileBytes bytes, original_bytes;  // of a file
  std::string hard_link;            // the first name of the same file; empty where this is it
  Attributes attributes;            // extended ones
  bool has_holes = false;

  bool is_file() const { return normal.type == NormalName::Type::file; }
};

/// A name of a build in one of its two forms.
enum class Form { original, normal };
inline const NormalName& name_in(const BuildName& name, Form form) {
  return form == Form::normal ? name.normal : name.original;
}
inline const FileBytes& bytes_in(const BuildName& name, Form form) {
  return form == Form::normal ? name.bytes : name.original_bytes;
}

using Build = std::vector<BuildName>;  // sorted by path as bytes

/// The text that the store keeps of a build: a line of mtree(5) for each name once normal, and
/// behind it, by words of our own, what the original was beyond that.
std::string build_text(const Build& build);
/// Takes it apart. Throws FormatError; no path in it leads out of the tree.
Build parse_build(std::string_view text);

/// The same as a specification for mtree(8), in one form.
std::string specification_of(const Build& build, Form form);

/// The index of a name by its path, with or without a '/' at the end of a folder's.
std::optional<std::size_t> find_name(const Build& build, std::string_view path);

}  // namespace normalize::store
