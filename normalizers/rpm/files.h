#pragma once

#include <map>

#include "normalizers/context.h"
#include "normalizers/rpm/header.h"

namespace normalize::rpm {

/// One file of a package, as its header has it.
struct File {
  std::string path;  // as the payload spells it: "./usr/bin/true", in source packages "true.spec"
  std::uint64_t size = 0;
  std::uint32_t mode = 0, mtime = 0, device = 0, inode = 0;
  std::string digest;     // hexadecimal, as DIGESTALGO says; empty for what is no regular file
  std::size_t group = 0;  // of hard links: equal for names of one file; 0 where there is no other

  bool is_regular() const { return (mode & 0170000) == 0100000; }
  bool is_link() const { return (mode & 0170000) == 0120000; }
};

class Files {
 public:
  /// Reads the lists of a header, one value a file. Throws FormatError where they disagree,
  /// LimitError where paths that share a long folder come to more than may be unpacked.
  Files(const Header& header, bool is_source, Context& context);

  const std::vector<File>& all() const { return files_; }
  const File& operator[](std::size_t index) const { return files_[index]; }
  std::size_t size() const { return files_.size(); }
  /// The file called `path`, with or without "./" or "/" in front.
  std::optional<std::size_t> find(std::string_view path) const;
  /// The number of a file's first name, and those of all its names, in order.
  std::size_t first_name(std::size_t index) const;
  std::vector<std::size_t> names(std::size_t index) const;
  /// The tag of the list of sizes: FILESIZES or LONGFILESIZES.
  std::uint32_t size_tag() const { return size_tag_; }

 private:
  void find_hard_links();

  std::vector<File> files_;
  std::map<std::string, std::size_t, std::less<>> by_path_;  // without what stands in front
  std::vector<std::vector<std::size_t>> groups_;             // of hard links, the first of number 1
  std::uint32_t size_tag_;
};

}  // namespace normalize::rpm
