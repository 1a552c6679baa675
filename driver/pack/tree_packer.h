#pragma once

#include "driver/pack/package_writer.h"
#include "driver/pack/sparse.h"
#include "driver/pack/tar_header.h"
#include "driver/tree/normal_tree.h"

namespace normalize {

/// Writes a tree, as `apply` would leave it, as the members of a tar archive.
class TreePacker {
 public:
  /// What it is given outlives it.
  TreePacker(const NormalTree& tree, const Rules& rules, PackageWriter& out, WorkerPool& pool,
             unsigned jobs);
  TreePacker(const TreePacker&) = delete;
  TreePacker& operator=(const TreePacker&) = delete;
  ~TreePacker();

  /// A member that stands in no tree.
  void add_file(const std::string& name, std::string_view content);
  /// All names in `order`, indices of the tree. Throws where one cannot be packed whole: the
  /// message names it.
  void add_all(const std::vector<std::size_t>& order);
  /// The end of the archive.
  void finish();

  /// What there is to say of files: findings, and what was left as it was.
  std::vector<FileReport> reports() && { return std::move(reports_); }

 private:
  using OpenedFile = std::unique_ptr<NormalFile>;

  void add(std::size_t index);
  void open_ahead(const std::vector<std::size_t>& order, std::size_t from);
  OpenedFile open(std::size_t index);
  TarMember member_of(std::size_t index, const NormalName& name);
  void add_content(TarMember& member, NormalFile& file);
  void add_sparse(TarMember& member, NormalFile& file);
  void begin(const TarMember& member);
  void end(std::uint64_t size);

  const NormalTree& tree_;
  const Rules& rules_;
  PackageWriter& out_;
  WorkerPool& pool_;
  const unsigned jobs_;
  OpenFolder folder_;
  std::map<std::size_t, std::future<OpenedFile>> ahead_;  // files that take work to open
  std::size_t looked_ahead_ = 0;                          // place in the order
  std::vector<FileReport> reports_;
};

}  // namespace normalize
