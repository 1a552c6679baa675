#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "normalizers/context.h"
#include "normalizers/tar/header_rewriter.h"

namespace normalize::package {

/// One file that a list is about, before and after.
struct ListedFile {
  std::string_view type;    // as mtree(5) has it: "file", "dir", "link", ...
  std::string_view target;  // of a symbolic link
  tar::Stat stat_before, stat_after;
  Content before;
  std::optional<Content> after;  // unset where it stays
};

/// Finds a file by its path, without "./" in front and '/' behind.
using FindFile = std::function<std::optional<ListedFile>(std::string_view path)>;

/// A list in the form of mtree(5), as bsdtar writes it with --format=mtree, brought up to date with
/// the files it is about; order and spelling stay. Records what changed, as findings about `list`.
/// Throws FormatError where the list does not tell the truth about what was before, or has what is
/// not understood.
Content update_mtree(std::string_view text, const FindFile& find, Context& context,
                     std::string_view list);

}  // namespace normalize::package
