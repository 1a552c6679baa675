#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace normalize {

/// When each file of a package last changed, counted in packages: kept from one package to the next
/// in a folder. A file of lines, "COUNT SHA256 NAME", the name as vis(3) has it.
class History {
 public:
  /// The history of `package`: what stands in front of the version in its name. An empty one where
  /// there is none yet. Throws std::system_error, or std::runtime_error for a file that is none.
  History(const std::string& folder, const std::string& package);

  /// What the package to come holds, by path: SHA-256.
  void take(const std::map<std::string, std::string>& digests);
  /// The number of the package in which a file of it last changed.
  std::uint64_t changed_in(const std::string& path) const;
  /// Puts what take() has been told in place of what was there.
  void save() const;

 private:
  struct File {
    std::uint64_t changed_in;
    std::string digest;
  };
  void read(const std::string& text);

  std::string path_;
  std::uint64_t last_ = 0;  // number of the newest package
  std::map<std::string, File> files_;
};

}  // namespace normalize
