#pragma once

#include <optional>
#include <vector>

#include "normalizers/context.h"

namespace normalize {

/// An XMP packet (ISO 16684-1) with its dates settled in place, in as many bytes: xmp:CreateDate,
/// xmp:ModifyDate, xmp:MetadataDate and stEvt:when, as attributes or as elements. They stay without
/// an epoch, as an author may have set them; `strict` then makes them 1970. Unset where nothing
/// changes.
std::optional<Bytes> settle_xmp_dates(ByteView packet, Context& context);

/// A UUID in a packet: 32 digits, with dashes or without.
struct XmpIdentifier {
  const Field* field;
  std::size_t offset, size;
};

/// The identifiers that a tool made up for this document, this file, and the steps of its history:
/// xmpMM:DocumentID, xmpMM:InstanceID, stEvt:instanceID, rdf:about, where they are UUIDs. Other
/// properties count where they refer to one of those; those that name other files do not.
std::vector<XmpIdentifier> find_xmp_identifiers(ByteView packet);

}  // namespace normalize
