#pragma once

#include <memory>

#include "driver/store/build.h"
#include "driver/store/object_reader.h"

namespace normalize::store {

/// What the store knows of a build without opening its bundles.
struct BuildInfo {
  std::string name;
  std::uint64_t sequence = 0;  // builds are counted as they are added
  std::int64_t added = 0;      // when, seconds since 1970
  Digest list;                 // of build_text()
  std::uint64_t files = 0;     // as many as have bytes of their own
  std::uint64_t bytes = 0;     // that these have
  std::uint64_t stored = 0;    // by how much the store grew
};

/// A store on disk: a folder with `format`, `lock`, `readers`, `bundles/` and `builds/`. FORMAT.md
/// describes it. All functions throw std::system_error, DamageError and, for what the user got
/// wrong, UsageError.
class Store {
 public:
  /// Makes a new store of a folder that is empty or not there.
  static void create(const std::string& path);

  /// Readers do not disturb each other, nor one writer; a second writer waits.
  enum class Access { read, write };
  Store(const std::string& path, Access access);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const std::string& path() const { return path_; }
  const Descriptor& bundles() const { return bundles_; }
  /// What is in the bundles, as it was when this was first asked for.
  const Catalogue& catalogue();
  /// Several workers may share it, and one of them has to have asked first: it is made then.
  ObjectReader& objects();

  /// All builds, the first added first. `damages` gets what could not be read; where it is null,
  /// that is thrown.
  std::vector<BuildInfo> builds(std::vector<std::string>* damages = nullptr) const;
  /// Throws UsageError where there is none of that name.
  BuildInfo build(const std::string& name) const;
  bool has_build(const std::string& name) const;
  Build read(const BuildInfo& info);

  /// For a writer.
  void add_build(const BuildInfo& info);
  void drop_build(const std::string& name);
  /// Waits for all readers and keeps new ones out, for as long as this object lives.
  void keep_readers_out();

  /// Throws UsageError where a build cannot have that name.
  static void check_name(const std::string& name);

 private:
  void check_format() const;
  void take_lock(const char* name, int operation);
  void remove_leftovers() const;
  BuildInfo read_info(const std::string& name) const;

  const std::string path_;
  Descriptor folder_, lock_, bundles_, builds_;
  Descriptor kept_out_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<ObjectReader> objects_;
};

}  // namespace normalize::store
