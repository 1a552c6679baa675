#include "driver/compat/build_root.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "driver/report/escape.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

/// What is not there has no links in it.
fs::path resolved(const std::string& path) {
  std::error_code error;
  const fs::path result = fs::weakly_canonical(fs::absolute(path), error);
  if (error) throw UsageError(path + ": " + error.message());
  return result;
}

bool is_link(const std::string& path) {
  std::error_code ignored;
  return fs::is_symlink(fs::symlink_status(path, ignored));
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// The place of what a path stands for: a link to a folder is that folder, another link is itself.
fs::path place_of(const std::string& path) {
  if (!is_link(path) || is_folder(path)) return resolved(path);
  const fs::path given(path);
  const std::string parent = given.parent_path().string();
  return resolved(parent.empty() ? "." : parent) / given.filename();
}

bool is_below(const fs::path& path, const fs::path& root) {
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

}  // namespace

void expect_below_build_root(const std::vector<std::string>& paths) {
  const char* const variable = std::getenv("RPM_BUILD_ROOT");
  if (!variable) throw UsageError("$RPM_BUILD_ROOT is not set");
  if (*variable == '\0') throw UsageError("Empty $RPM_BUILD_ROOT is not allowed");
  fs::path root = resolved(variable);
  if (!root.has_filename()) root = root.parent_path();  // "/root/" has an empty last component
  if (root == root.root_path())
    throw UsageError("RPM_BUILD_ROOT=\"" + std::string(variable) + "\" is not allowed");
  for (const std::string& path : paths)
    if (!is_below(place_of(path), root))
      throw UsageError("Path \"" + path + "\" is not below RPM_BUILD_ROOT=\"" + variable + "\"");
}

GivenPaths given_paths(const std::vector<std::string>& paths) {
  GivenPaths given;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    if (!fs::exists(status)) {
      write_standard_error("Failed to process " + escape(path) + ": " + error.message() + "\n");
      ++given.missing;
      continue;
    }
    given.paths.push_back(is_link(path) && is_folder(path) ? path + '/' : path);
  }
  return given;
}

}  // namespace normalize
