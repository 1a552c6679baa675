#pragma once

#include <optional>

#include "normalizers/context.h"

namespace normalize {

/// An XMP packet (ISO 16684-1) with its dates settled in place, in as many bytes: xmp:CreateDate,
/// xmp:ModifyDate, xmp:MetadataDate and stEvt:when, as attributes or as elements. They stay without
/// an epoch, as an author may have set them; `strict` then makes them 1970. Unset where nothing
/// changes.
std::optional<Bytes> settle_xmp_dates(ByteView packet, Context& context);

}  // namespace normalize
