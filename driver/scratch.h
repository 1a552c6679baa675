#pragma once

#include <memory>
#include <string>

#include "normalizers/bytes/storage.h"

namespace normalize {

/// Keeps what is too much for memory in temporary files, which have no name from the start, or lose
/// it at once: whatever becomes of the run, nothing is left of them. They are mapped. Their blocks
/// are taken from the disk before anything is written to them, so that a full disk is an error of
/// one file of the tree and no signal.
class Scratch final : public Storage {
 public:
  /// The files are made in `folder`, once there is a need for one.
  explicit Scratch(std::string folder = default_folder());

  /// $TMPDIR, else /var/tmp: what stands in /tmp often takes up memory.
  static std::string default_folder();

  std::unique_ptr<Region> region() override;
  void let_go() noexcept override;

 private:
  class File;
  class Maps;

  const std::string folder_;
  const std::shared_ptr<Maps> maps_;  // shared with the regions, which may live longer
};

}  // namespace normalize
