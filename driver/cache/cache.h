#pragma once

#include <string>
#include <vector>

#include "driver/cache/records.h"
#include "driver/guarded.h"
#include "driver/pack/output_file.h"
#include "driver/report/options.h"
#include "driver/tree/tree.h"
#include "normalizers/context.h"

namespace normalize {

/// What earlier runs under the same rules have found to be normal, in a file of --cache: the walk
/// passes over what has not changed since.
///
/// A file counts as unchanged while device, inode, size, and times of modification and of change
/// are the same to the nanosecond. That is no proof for a file that changed so shortly before it
/// was looked at that one more change could get the same time: such a file is not remembered, as
/// git's index trusts none (its Documentation/technical/racy-git).
///
/// Where a normal form goes by what a file was told of others, the answers are remembered too, and
/// have to be the same.
///
/// known(), is_old() and add_answers() serve all workers.
class Cache {
 public:
  /// Reads `path`, where there is something; says on standard error where that cannot be used, and
  /// leaves it where it is no cache file at all. `rules` is the rules_digest(). Throws
  /// std::system_error where a file cannot be read, or none can be put there, and UsageError for a
  /// path that is no regular file's.
  Cache(const std::string& path, Bytes rules, const ReportOptions& report);

  /// Throws UsageError where the cache stands in a folder of the tree: it would be shipped with it.
  void expect_outside(const Tree& tree) const;

  struct Known {
    bool recognized;  // by some format
    bool asked;       // and holds where the answers are the same
  };
  /// Whether the file `entry`, known to reports as `path`, was normal as it stands; `ctime` is its
  /// present one.
  std::optional<Known> known(const Entry& entry, const std::string& path) const;

  /// Takes back what is known of those files that would be told something else now.
  void ask_again(Tree& tree, const Neighbours& neighbours) const;
  /// Remembers what a file was told, for keep().
  void add_answers(const Entry& entry, const std::string& path, std::vector<CacheAnswer> answers);

  /// Whether a file's last change is so long ago that one more since this run began would show.
  bool is_old(const Entry& entry) const;

  /// Writes what the run has found, unless that is what it knew. Says on standard error where it
  /// cannot: the run itself is done.
  void keep(const Tree& tree) noexcept;

 private:
  bool is_old(const Entry& entry, DiskTime than) const;
  /// Asks the file system for its "now", until `last` is old by it or will not be soon.
  void wait_for_clock(const Entry* last);
  CacheContents found_in(const Tree& tree);
  /// Null where a file has asked nothing, or is not known.
  const std::vector<CacheAnswer>* answers_for(const Entry& entry, const CacheKey& key);
  void warn(const std::string& problem) const noexcept;

  const std::string path_;
  const Bytes rules_;
  const ReportOptions& report_;
  CacheContents known_;
  Guarded<CacheAnswers> told_;  // in this run
  OutputFile next_;  // made first of all, so that its time is the file system's own "now"
  Identity folder_;
  std::uint64_t device_ = 0;
  DiskTime start_, end_;
  bool keep_ = true;
};

}  // namespace normalize
