#pragma once

#include "normalizers/pdf/document.h"

namespace normalize::pdf {

/// The normal form of `document`, which is neither signed nor encrypted; may view its file.
Content settle(Document& document, Context& context);

}  // namespace normalize::pdf
