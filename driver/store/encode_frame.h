#pragma once

#include "driver/store/bundle.h"

namespace normalize::store {

/// An object with its bytes.
struct PlainObject {
  Digest digest;
  Bytes bytes;
  Sketch sketch;
};

/// What the objects of a frame are packed against: one reference for each of them, in their order,
/// or none at all.
struct References {
  std::vector<Digest> digests;
  Bytes bytes;             // theirs, end to end
  std::uint8_t depth = 0;  // of the frame that refers to them
};

/// Packs objects into one frame, in whichever way is smallest; its references are kept only where
/// they help. All objects together and all references together are kMostWhole each at most.
NewFrame encode_frame(std::vector<PlainObject> objects, const References& references);

}  // namespace normalize::store
