#pragma once

#include "driver/report/progress.h"
#include "driver/store/build.h"
#include "driver/store/catalogue.h"

namespace normalize::store {

/// Bytes that the store does not have yet, and where they are to be had.
struct NewObject {
  FileBytes bytes;
  std::size_t index = 0;  // of a name of the tree
  Form form = Form::normal;
  FileBytes normal_bytes;     // of the same file
  Sketch sketch;              // of those that are kept whole
  std::optional<Bytes> kept;  // the bytes themselves, as far as there is room for them
};

/// What a tree is, and what of it is new.
struct Survey {
  Build build;
  std::vector<NewObject> objects;   // each once, in the order of the tree, normal forms first
  std::vector<FileReport> reports;  // what there is to say of files
  bool complete = true;             // whether no name failed

  /// How many files have bytes of their own, and how many these are.
  std::uint64_t files() const;
  std::uint64_t bytes() const;
};

/// Looks at every name of a tree on `jobs` workers and reads each file once. `progress` may be
/// null.
Survey survey(const NormalTree& tree, const Catalogue& catalogue, unsigned jobs,
              Progress* progress);

/// All bytes of a file in one of its forms. Throws ChangedMeanwhile.
Bytes bytes_of(NormalFile& file, Form form);
/// Whether its normal form is another than what it has on disk.
bool is_changed(const NormalFile& file);

/// Looks at all names again. Throws ChangedMeanwhile, and says which, where one is no longer what
/// the survey found.
void expect_unchanged(const NormalTree& tree, const Build& build);

}  // namespace normalize::store
