#pragma once

#include <deque>
#include <optional>
#include <unordered_map>

#include "driver/store/bundle.h"

namespace normalize::store {

/// A frame of the store, by bundle and place.
struct FrameId {
  std::size_t bundle = 0;
  std::uint32_t frame = 0;
  friend auto operator<=>(const FrameId&, const FrameId&) = default;
};

/// What a store holds, and where. Constant once it is read: serves any number of threads.
class Catalogue {
 public:
  /// How many frames may have to be unpacked one by the other to have an object.
  static constexpr unsigned kMostDepth = 8;

  struct Bundle {
    std::string name;
    BundleIndex index;
  };

  /// Reads the indexes of all bundles in `folder`, which outlives it. Those that are damaged go to
  /// damages(); throws std::system_error where the folder cannot be read.
  explicit Catalogue(const Descriptor& folder);

  const Descriptor& folder() const { return folder_; }
  const std::deque<Bundle>& bundles() const { return bundles_; }
  /// Bundles that could not be read, and why: what is in them is as if it were not there.
  const std::vector<std::string>& damages() const { return damages_; }

  struct Found {
    FrameId id;
    const Object* object;
  };
  std::optional<Found> find(const Digest& digest) const;
  const Frame& frame(FrameId id) const { return bundles_[id.bundle].index.frames[id.frame]; }
  const std::string& bundle_name(FrameId id) const { return bundles_[id.bundle].name; }

  /// An object like `digest` to refer to: itself, or where that is too deep already the one that it
  /// came from at first. Unset for what is not there, or is a list.
  std::optional<Digest> base_for(const Digest& digest) const;

 private:
  const Descriptor& folder_;
  std::deque<Bundle> bundles_;
  std::vector<std::string> damages_;
  struct Place {
    std::uint32_t bundle, object;
  };
  std::unordered_map<Digest, Place, DigestHash> places_;
};

/// The names in a folder, sorted as bytes, but for those that begin with a dot. Throws
/// std::system_error.
std::vector<std::string> names_in(const Descriptor& folder);
/// Those of temporary files.
std::vector<std::string> temporaries_in(const Descriptor& folder);

}  // namespace normalize::store
