#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "normalizers/context.h"

namespace normalize::package {

/// The files that a conda package installs, by path: what info/paths.json tells of.
class CondaPaths {
 public:
  /// Takes in a file as it was, unless it has become known already.
  void found(std::string_view path, ByteView before);
  /// Takes in what becomes of it.
  void changed(std::string_view path, ByteView before, const Content& after);
  /// Takes in that a path changes that may be of a file, or of a member of a file.
  void unclear(std::string_view path);
  /// Forgets that, for a file or for all.
  void left(std::string_view path);
  void left_all();
  bool any_changed() const;

  /// info/paths.json with sha256, sha256_in_prefix and size_in_bytes as they have become, the rest
  /// of it byte for byte; unset where nothing changes. Records what does, as findings about
  /// `member`. Throws FormatError where it does not tell the truth about what was before.
  std::optional<Content> update(ByteView json, Context& context, std::string_view member) const;

 private:
  struct Sums {
    std::string sha256, size;
  };
  struct File {
    Sums before;
    std::optional<Sums> after;
  };
  struct Listed;
  class Update;
  static Sums sums_of(const Content& content);

  std::map<std::string, File, std::less<>> files_;
  std::set<std::string, std::less<>> unclear_;
};

/// info/index.json with `timestamp` lowered to the epoch; unset where that is no change.
std::optional<Content> update_conda_index(ByteView json, Context& context, std::string_view member);

}  // namespace normalize::package
