#pragma once

#include "driver/store/large_object.h"

namespace normalize::store {

/// Writes what a survey has found to be new into a bundle: small objects in groups, large ones each
/// for itself, those larger than kMostWhole in parts.
class ObjectWriter {
 public:
  ObjectWriter(const WritingTools& tools, BundleWriter& out, unsigned jobs);

  /// Throws std::runtime_error that names a file which is no longer what the survey found.
  void write(std::vector<NewObject> objects);

 private:
  /// Objects that are going to be one frame.
  struct Group {
    enum class Kind { plain, similar, original };
    Kind kind;
    std::vector<NewObject> members;
    std::vector<Digest> bases;  // one for each member, but for plain ones
    std::uint64_t bytes = 0, base_bytes = 0;
    std::uint8_t depth = 0;
  };
  void place(NewObject object);
  std::optional<Base> earlier(const NewObject& object) const;
  void add(Group& group, NewObject object, const std::optional<Base>& base);
  void flush(Group& group);
  NewFrame encode(Group group) const;
  PlainObject load(NewObject object, Bytes* normal) const;

  const WritingTools tools_;
  Group plain_{Group::Kind::plain, {}, {}}, similar_{Group::Kind::similar, {}, {}},
      originals_{Group::Kind::original, {}, {}};
  PlannedDepths depths_;
  FrameQueue queue_;
};

}  // namespace normalize::store
