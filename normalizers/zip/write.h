#pragma once

#include "normalizers/context.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Puts a settled archive together again; packed data is carried over as views.
Content write_archive(const Archive& archive, Context& context);

}  // namespace normalize::zip
