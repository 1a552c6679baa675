#pragma once

#include "normalizers/context.h"
#include "normalizers/pyc/version.h"

/// Where rules want it, Python itself has a say: through Context::services().
namespace normalize::pyc {

/// A code object as it stands in a file, and in normal form.
struct Body {
  ByteView before;
  Content normal;
  Context::Mark told;  // before anything was said of it
};

/// The body to write by PycMode::recompile: the normal form of what Python makes of the source
/// beside the file, under the file's own co_filename and at its optimization level. Where that is
/// what `body` holds already, or cannot be had, which is noted, it is `body.normal`. Never from a
/// source that the header does not belong to: what Python runs would change. A file outside of
/// __pycache__ does not tell its level; there the one that makes no difference is taken, if any
/// does. `input` is the whole file.
Content recompile(const Body& body, ByteView input, const Version& version, Context& context);

/// Has Python load the body before and after, if it is of that version and has changed. Throws
/// VerifyError where they differ, or where that cannot be found out.
void verify(const Body& body, ByteView input, Context& context);

}  // namespace normalize::pyc
