#pragma once

#include <string>
#include <vector>

#include "normalizers/tar/path_index.h"

namespace normalize::tar {

/// Names that are one file. Which of them a tar writes as the file, and which as links to it,
/// depends on the order in which it came upon them.
class HardLinks {
 public:
  /// The arguments outlive the object.
  HardLinks(Archive& archive, const PathIndex& index);

  /// Why the members of some group cannot change roles; empty where they can.
  const std::string& objection() const { return objection_; }

  /// Makes the first name of each group the file, and links of the others. Only without objection.
  void settle();

 private:
  struct Group {
    std::size_t file;
    std::vector<std::size_t> links;
  };
  void settle(const Group& group);

  Archive& archive_;
  std::vector<Group> groups_;
  std::string objection_;
};

}  // namespace normalize::tar
