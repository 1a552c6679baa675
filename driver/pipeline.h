#pragma once

#include <functional>
#include <string>
#include <vector>

#include "driver/report/progress.h"
#include "driver/report/report.h"
#include "normalizers/services.h"
#include "rules/rules.h"

namespace normalize {

class Cache;

/// What one run works on, and how.
struct Task {
  enum class Mode { apply, check };
  Mode mode = Mode::apply;
  /// Files and trees, raw bytes as given; overlapping ones count once. A symbolic link given here
  /// is not followed either, unless a slash behind it asks for the folder it leads to.
  std::vector<std::string> paths;
  /// fnmatch(3) patterns; what matches, by its whole path below a given tree or by its last
  /// component, is passed over, a folder with all below it. '*' does not match '/', and a folder
  /// that is given itself is not passed over.
  std::vector<std::string> excludes;
  unsigned jobs = 1;
  /// Files that no format is to have, by path and by the format that recognizes them; none where it
  /// is empty. Called by several threads.
  std::function<bool(const std::string& path, std::string_view format)> passes_over;
  /// Whether the walk opens every file to ask whose it is, or takes it for somebody's until it is
  /// opened: for those who open few.
  enum class Claims { by_walk, when_opened };
  Claims claims = Claims::by_walk;
  /// Whether identical files of one tree become one file of several names, once they are normal.
  bool link_duplicates = false;
  /// What earlier runs have found to be normal; none where it is null.
  Cache* cache = nullptr;
  /// Whether it is told that a changed file has names which the walk has not met.
  bool mentions_other_names = true;
  /// Is told how far the run is; none where it is null.
  Progress* progress = nullptr;
};

/// Walks, claims, normalizes, replaces (in Mode::apply) and sets times on disk. The same report and
/// the same bytes for any number of jobs. A file's trouble is a report of its own; throws
/// std::system_error only where a given path cannot be looked at, before anything is touched.
RunReport run_pipeline(const Task& task, const Rules& rules, Services* services = nullptr);

}  // namespace normalize
