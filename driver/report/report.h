#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/findings.h"

namespace normalize {

/// Stands for a format's name where a finding is about the file and not what it holds.
inline constexpr std::string_view kDisk = "disk";

/// A change to what the disk says of a name.
struct DiskChange {
  const Field* field;  // static
  std::string before, after;

  Finding finding() const { return {"", kDisk, field, before, after}; }
};

/// What a run has to say of one name in a tree.
struct FileReport {
  enum class Outcome {
    not_ours,        // no format claims it
    already_normal,  // equal to its normal form
    changed,         // rewritten, or would be
    damaged,         // malformed: left as it was; the journal says why
    failed,          // the system refused, or verification failed: left as it was
  };
  /// As given on the command line, joined with '/' to the name within the tree; raw bytes.
  std::string path;
  Outcome outcome = Outcome::not_ours;
  std::string_view format;
  /// Findings of a changed file; remarks of any.
  Journal journal;
  /// For `failed`, the step and the system's own words: "cannot replace: No space left on device".
  /// Empty where a remark of kind `failed` tells.
  std::string error;
  /// The change to its time on disk, where there is one (files, folders and symbolic links).
  std::optional<DiskChange> time;
  /// Where the name has come to be one more of an identical file, that file's first name.
  std::optional<DiskChange> link;
};

struct Summary {
  std::uint64_t files = 0;  // regular files by inode: hard links count once
  std::uint64_t folders = 0;
  std::uint64_t others = 0;   // symbolic links, devices, sockets, pipes
  std::uint64_t claimed = 0;  // files that some format recognized
  std::uint64_t changed = 0;
  std::uint64_t damaged = 0;
  std::uint64_t failed = 0;
  std::uint64_t times_changed = 0;
  std::uint64_t linked = 0;       // names that became hard links of identical files
  std::uint64_t bytes_saved = 0;  // by that
  std::uint64_t leftovers_removed = 0;
  std::uint64_t known = 0;  // findings that a baseline has accepted: they are told no more
};

/// One run, as every view of it (text, JSON Lines and others) gets it.
struct RunReport {
  std::vector<FileReport> files;  // those with something to say, sorted by path as bytes
  Summary summary;
};

/// What is told of a run as a whole.
struct RunFacts {
  std::string_view command;  // "apply"
  std::optional<std::int64_t> epoch;
  int exit_status = 0;
};

}  // namespace normalize
