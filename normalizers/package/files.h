#pragma once

#include <map>
#include <string>
#include <string_view>

#include "normalizers/package/package.h"

namespace normalize::package {

/// The members of a package by name, before and after, for lists that tell of them.
class Files {
 public:
  struct File {
    Content before, after;
  };

  explicit Files(const tar::Archive& archive);

  /// Takes in what becomes of a member; unset where it stays. Returns `after`.
  std::optional<Content> settled(const tar::Entry& entry, std::optional<Content> after);

  /// The file of that name, or the one that a hard link of that name leads to. Throws FormatError
  /// where there is none, or two.
  const File& at(std::string_view name) const;
  /// Whether a member of that name is a symbolic link.
  bool is_symbolic_link(std::string_view name) const;
  /// How much all files together grow; negative where they shrink.
  std::int64_t growth() const;

 private:
  struct Member {
    char type;
    bool twice;
    std::string linkname;
    std::optional<File> file;  // of a plain one
  };
  const Member* find(std::string_view name) const;

  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace normalize::package
