#pragma once

#include <map>

#include "driver/guarded.h"
#include "driver/tree/tree.h"

namespace normalize {

/// Folders that are read-only although we own them, made writable while some worker replaces a file
/// in them, and read-only again after the last. One object serves all workers of a run.
class WritableFolders {
 public:
  /// Keeps one folder writable for as long as it lives.
  class Hold {
   public:
    Hold() = default;
    Hold(WritableFolders& owner, const Folder& folder) : owner_(&owner), folder_(&folder) {}
    Hold(Hold&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), folder_(other.folder_) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (owner_) owner_->release(*folder_);
    }

   private:
    WritableFolders* owner_ = nullptr;  // null where the folder is writable anyway
    const Folder* folder_ = nullptr;
  };

  /// `opened` is the folder itself. A folder that is somebody else's stays as it is.
  Hold hold(const Folder& folder, const Descriptor& opened);

  /// Folders that could not be made read-only again, and why. Empties the list.
  std::vector<Tree::Failure> failures();

 private:
  struct Changed {
    unsigned holds = 0;
    mode_t mode = 0;  // as it was
    Descriptor folder;
  };

  void release(const Folder& folder) noexcept;

  Guarded<std::map<Identity, Changed>> changed_;
  Guarded<std::vector<Tree::Failure>> failures_;
};

}  // namespace normalize
