#pragma once

#include <map>

#include "driver/store/encode_frame.h"
#include "driver/store/frame_queue.h"
#include "driver/store/likeness.h"
#include "driver/store/object_reader.h"
#include "driver/store/survey.h"

namespace normalize::store {

/// What is used to write objects; all of it outlives whoever uses it.
struct WritingTools {
  const NormalTree& tree;
  ObjectReader& reader;
  const Catalogue& catalogue;
  const Likeness& likeness;
  Progress* progress;  // may be null
};

/// How deep the objects of the bundle at hand are going to be, which the catalogue does not know.
using PlannedDepths = std::map<Digest, std::uint8_t>;

/// An object to refer to.
struct Base {
  Digest digest;
  std::uint64_t bytes;
  std::uint8_t depth;  // of what refers to it
};
/// The object that is to be referred to for `digest`, of a file that is in the store already.
std::optional<Base> base_in(const Catalogue& catalogue, const Digest& digest);
/// The same for bytes that are in the store, or about to come into this bundle.
std::optional<Base> base_in(const Catalogue& catalogue, const PlannedDepths& planned,
                            const FileBytes& bytes);

/// Writes one object that is larger than kMostWhole: in parts, cut where its content says so, that
/// an insertion moves no more than one cut, and a list of these. Parts refer to those of a file
/// that it is like; those of an original form to those of the normal one.
class LargeObject {
 public:
  LargeObject(const WritingTools& tools, FrameQueue& queue, PlannedDepths& planned)
      : tools_(tools), queue_(queue), planned_(planned) {}

  /// Throws std::runtime_error that names a file which is no longer what the survey found.
  void write(const NewObject& object);

 private:
  struct Earlier {
    Digest digest;
    Sketch sketch;
  };

  void find_earlier(const NewObject& object);
  void write_normal(NormalFile& file);
  void write_original(NormalFile& file);
  void add_normal_part(Bytes bytes);
  std::optional<Base> base_for(const Sketch& sketch) const;
  /// `reference` holds the bytes of `base`, or nothing: then the store has them.
  void add_part(Bytes bytes, const std::optional<Base>& base, Bytes reference);
  void add_list(const NewObject& object);

  const WritingTools& tools_;
  FrameQueue& queue_;
  PlannedDepths& planned_;
  std::vector<Earlier> earlier_;  // parts of the file that it is like
  std::vector<Digest> parts_;
  RunningDigest digest_;
};

}  // namespace normalize::store
