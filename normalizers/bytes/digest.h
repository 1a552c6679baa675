#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize {

/// A cryptographic digest: "sha256", "sha512", ... Unset where no such algorithm is known.
std::optional<Bytes> message_digest(std::string_view algorithm, const Content& content);

/// RFC 4648 section 5, without padding.
std::string base64url(ByteView bytes);

}  // namespace normalize
