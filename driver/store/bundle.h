#pragma once

#include <array>
#include <vector>

#include "driver/store/digest.h"
#include "driver/store/durable_file.h"
#include "driver/store/sketch.h"

/// Bundles: what one `add` has put into the store, in one file. FORMAT.md describes it.
namespace normalize::store {

/// A store, a bundle or an object in it is not what it has to be. what() says which, and how.
class DamageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Some bytes of a bundle that are unpacked together.
struct Frame {
  enum class Coding : std::uint8_t {
    zstd = 0,   // one frame of zstd, which may refer to `references`, end to end
    delta = 1,  // what encode_delta() made of `references`, end to end
    list = 2,   // no bytes of its own: it is `references`, end to end
  };
  /// The first bytes of SHA-256 of what is stored.
  using Checksum = std::array<std::byte, 16>;

  Coding coding = Coding::zstd;
  std::uint64_t offset = 0, stored = 0;  // in the bundle
  std::uint64_t size = 0;                // unpacked
  std::uint8_t depth = 0;                // how many frames have to be unpacked before it
  Checksum checksum{};
  std::vector<Digest> references;

  static Checksum checksum_of(ByteView stored);
};

struct Object {
  static constexpr std::uint32_t kNoBase = 0;

  Digest digest;
  std::uint64_t offset = 0, size = 0;  // in what its frame unpacks to
  std::uint32_t frame = 0;             // in its bundle
  std::uint32_t base = kNoBase;        // which of its frame's references it is like, from 1 on
  Sketch sketch;
};

struct BundleIndex {
  std::vector<Frame> frames;
  std::vector<Object> objects;
};

/// A frame before it is written.
struct NewFrame {
  Frame frame;  // without offset, stored and checksum
  Bytes stored;
  std::vector<Object> objects;  // without frame
};

/// Writes a bundle. Throws std::system_error.
class BundleWriter {
 public:
  /// `folder` outlives it.
  explicit BundleWriter(const Descriptor& folder);

  void add(const NewFrame& frame);
  bool empty() const { return index_.frames.empty(); }
  /// Puts the bundle in place. Returns its name and its size.
  struct Written {
    std::string name;
    std::uint64_t bytes;
  };
  Written commit();

 private:
  DurableFile file_;
  BundleIndex index_;
};

/// Whether a file in the folder of bundles is one, by its name.
bool is_bundle_name(std::string_view name);

/// Opens a bundle and reads its index. Throws DamageError where it is damaged or of a newer
/// version, std::system_error.
BundleIndex read_bundle_index(const Descriptor& folder, const std::string& name);

/// What is stored of a frame. Throws DamageError where that is not what was written.
Bytes read_stored(const Descriptor& folder, const std::string& name, const Frame& frame);

}  // namespace normalize::store
