#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "driver/tree/disk_time.h"
#include "driver/tree/open.h"

namespace normalize {

/// One name in a folder, as the walk found it.
struct Entry {
  enum class Kind : std::uint8_t { file, link, other };

  std::string name;
  Kind kind = Kind::other;
  bool claimed = false;     // by some format
  bool given = false;       // on the command line, by this very name
  bool failed = false;      // could not be looked at, which is among Tree::failures
  bool settled = false;     // nothing is left to do about its time
  bool known = false;       // by the cache, for normal
  bool recognized = false;  // by some format, where it is known or found normal
  bool asked = false;       // and goes by what it was told of other files, in the cache too
  bool normal = false;      // found so, with nothing to say and nothing asked but its own bytes
  bool retimed = false;     // its time was changed by this run
  Identity identity;        // these are set for files and links
  DiskTime mtime, ctime;
  std::uint64_t size = 0;
  std::uint64_t links = 1;  // names it has on its file system, those elsewhere too
};

/// A folder whose names the walk has read, or the one in which a given file stands.
struct Folder {
  std::string path;            // as reported
  std::size_t root = 0;        // index into Tree::roots
  std::size_t below_root = 0;  // where in `path` the part below the root begins
  bool walked = true;          // false where only given files of it are entries
  bool touched = false;        // names in it were added and removed, which shows in its time
  Identity identity;
  DiskTime mtime;
  DiskTime mtime_after;                // what it is to be at the end of the run
  std::vector<Entry> entries;          // sorted by name as bytes
  std::vector<std::string> leftovers;  // names of temporary files that look like ours

  bool is_root() const { return path.size() == below_root; }
  /// The part below the root of a path that begins with it.
  std::string_view below_root_of(std::string_view full_path) const;
  std::string path_of(std::string_view name) const;
};

/// `folder` and `name` joined by the '/' they need.
std::string join_path(std::string_view folder, std::string_view name);

/// All that one run works on. Built by the walk; but for the entries of a file that a worker is at
/// work on, nothing changes afterwards.
class Tree {
 public:
  struct Root {
    std::string path;  // as it is opened
    Identity identity;
    Descriptor held;  // open all the time, unless there are very many roots
  };
  struct Failure {
    std::string path;
    std::string error;
  };

  std::vector<Root> roots;
  std::deque<Folder> folders;  // a folder stands before those below it
  std::vector<Failure> failures;

  /// Opens a folder of the tree. Throws std::system_error, also where another folder or a link has
  /// taken its place since the walk.
  Descriptor open(const Folder& folder) const;

  /// Opens a folder that the walk is yet to look at.
  Descriptor open_unseen(const Folder& folder) const;
};

}  // namespace normalize
