#pragma once

#include <optional>

#include "normalizers/context.h"

namespace normalize {

/// Exif metadata, a TIFF structure, with its dates settled in place: DateTime, DateTimeOriginal and
/// DateTimeDigitized, each with its sub-seconds and offset from UTC. They tell when a picture was
/// taken as often as when a build ran, so they stay without an epoch; `strict` then blanks them,
/// which is how Exif writes "unknown". Unset where nothing changes; a structure that cannot be read
/// is said and stays.
std::optional<Bytes> settle_exif(ByteView tiff, Context& context);

}  // namespace normalize
