#pragma once

#include <string>

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/context.h"
#include "normalizers/pyc/version.h"

namespace normalize::pyc {

/// Passes over the header of a .pyc file and writes its normal form by Rules::pyc_mode. What that
/// means when Python imports the module:
///
/// - clamp: what Python used before, it still uses: the header follows the time that the source is
///   going to have, and a header that did not match goes on not matching. Holds wherever the
///   source's time is kept together with the file (on disk, in tar, in zip read under UTC). Without
///   a source Python does not look at the time, which then becomes what any embedded time becomes.
/// - zero: the same, and 0 where there is no source. A source whose own time is not going to be 0
///   still gives its time to the header, which is said: a 0 there would make Python compile anew.
/// - unchecked_hash: Python 3.7 and later use the file whatever becomes of the source.
/// - checked_hash: they use it for as long as the source holds the same bytes.
///   Both hashes are only written for a header that matched its source: a stale file stays stale,
///   as under clamp, which is also what earlier versions and files without a source get.
/// - keep: as before, if the times on disk are kept too.
/// - recompile: as clamp.
///
/// Hashes that are there already are kept but by the hash modes. The size of the source, since 3.3,
/// is a function of the source and stays.
void normalize_header(Reader& in, Writer& out, const Version& version, Context& context);

/// A header in a few words: "source time 2024-01-02T03:04:05Z, source size 9". Throws FormatError.
std::string describe_header(ByteView head, const Version& version);

/// Whether the file that begins with `head` was written for a source of these bytes, dated so.
bool was_written_for(ByteView head, const Version& version, const Neighbours::Neighbour& times,
                     ByteView source);

/// The source that Python compares the file with: "m.py" for "m.pyc", "m.pyo" and
/// "__pycache__/m.cpython-311.opt-1.pyc" alike. Empty where the name is of neither form.
std::string source_name(std::string_view name);

/// Whether a header that holds `recorded` was written for the source beside it. A time from a zip
/// archive is in a zone nobody knows and counts in steps of two seconds, so there every offset of
/// whole quarters of an hour up to 14 hours will do.
bool matches(std::uint32_t recorded, const Neighbours::Neighbour& source);

}  // namespace normalize::pyc
