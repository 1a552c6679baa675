#pragma once

#include <string>
#include <vector>

namespace normalize::wrap {

/// A temporary folder beside packages, in which they are worked on under their own names while
/// nobody sees it: it is on their file system, so each can be renamed into place.
class Workshop {
 public:
  /// `folder` is where the packages are. Throws std::system_error.
  explicit Workshop(const std::string& folder);
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  /// Removes it, with what has not been delivered.
  ~Workshop();

  const std::string& path() const { return path_; }
  /// Where a package is in here, and where it came from.
  std::string inside(const std::string& package) const;
  std::string outside(const std::string& inside) const;

  /// Gives a package a name in here. It is the same file, which is not to be written to.
  void bring(const std::string& package);
  /// Moves a package in here, and back.
  void take(const std::string& package);
  void put_back(const std::string& package);
  /// Makes sure that what is in here is another file than the package itself.
  void make_own(const std::string& package);
  /// Renames all that is another file than the one outside to the folder it belongs to.
  void deliver();

 private:
  std::vector<std::string> names() const;

  std::string folder_, path_;
};

}  // namespace normalize::wrap
