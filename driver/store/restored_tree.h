#pragma once

#include <atomic>
#include <string>

#include "driver/store/build.h"
#include "driver/tree/open.h"

namespace normalize::store {

/// A tree on its way back to disk. It is made beside its place, and there is nothing under its name
/// before commit(); gone if never committed. Any number of threads may write files at once. All
/// functions throw std::system_error.
class RestoredTree {
 public:
  /// `destination` is a folder that is empty or not there. `form` says what names are to be.
  RestoredTree(std::string destination, Form form);
  RestoredTree(const RestoredTree&) = delete;
  RestoredTree& operator=(const RestoredTree&) = delete;
  ~RestoredTree();

  void make_folder(const BuildName& name);
  /// A new file, to be written to, then settled.
  Descriptor make_file(const BuildName& name) const;
  void settle_file(const Descriptor& file, const BuildName& name);
  /// Another name for a file of the tree, or for one of another folder on the same file system.
  void link(const BuildName& name, const std::string& first) const;
  bool try_link(const BuildName& name, const Descriptor& folder, const std::string& file) const;
  /// The folder that a name stands in, open.
  Descriptor folder_of(const std::string& path) const { return place_of(path).folder; }
  /// A symbolic link, a device, a pipe, a socket.
  void make_other(const BuildName& name);
  /// Owner, mode, attributes and time of a folder, once all in it is there.
  void settle_folder(const BuildName& name);
  void commit();

  /// How many names could not be given their owner or an attribute, which takes root.
  std::size_t without_owner() const { return without_owner_; }
  std::size_t without_attribute() const { return without_attribute_; }

  /// Removes write permissions of files: they share their bytes with others.
  void protect_files() { protects_ = true; }

 private:
  struct Place {
    Descriptor folder;
    std::string name;
  };
  Place place_of(const std::string& path) const;
  void settle(int fd, const BuildName& name);

  const std::string destination_;
  const Form form_;
  bool protects_ = false;
  std::string temporary_;  // empty once it is in place
  Descriptor root_;
  std::atomic<std::size_t> without_owner_ = 0, without_attribute_ = 0;
};

/// Writes all of `bytes`; where `has_holes`, blocks of zeros become holes. `at` is where in the
/// file they belong.
void write_at(const Descriptor& file, ByteView bytes, std::uint64_t at, bool has_holes);

}  // namespace normalize::store
