#pragma once

#include "driver/report/progress.h"
#include "driver/store/restored_tree.h"
#include "driver/store/store.h"
#include "driver/store/unpacked_files.h"

namespace normalize::store {

struct RestoreJob {
  Form form = Form::original;
  unsigned jobs = 1;
  UnpackedFiles* unpacked = nullptr;  // links files from there, and puts them there
  Progress* progress = nullptr;
};

/// Makes all names of `build` in `tree`, files on several workers; memory as ObjectReader says.
/// What does not have its digest is an error. Throws DamageError and std::system_error; the tree is
/// then not to be committed.
void restore(const Build& build, ObjectReader& objects, const Catalogue& catalogue,
             const RestoreJob& job, RestoredTree& tree);

/// The same as the members of a tar archive, in the order of names; sockets have no place in one.
/// `write` takes its bytes from front to back.
void restore_tar(const Build& build, ObjectReader& objects, Form form,
                 const std::function<void(ByteView)>& write);

}  // namespace normalize::store
