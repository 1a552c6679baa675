#pragma once

#include "normalizers/rpm/package.h"
#include "normalizers/rpm/payload.h"

/// The fields of a package's header, each brought to its normal form with a finding.
namespace normalize::rpm {

/// BUILDTIME, BUILDHOST, COOKIE, SOURCEPKGID and SPEC: when and where the package was built.
void settle_build(Header& header, Context& context);

/// The lists with one value a file: FILEMTIMES, FILEMODES, FILEDEVICES, FILEINODES, and the owners
/// of source packages. Returns what the files of the payload are to have.
std::vector<Settled> settle_files(Header& header, const Files& files, bool is_source,
                                  Context& context);

/// FILESIZES, FILEDIGESTS, SIZE, FILECLASS and CLASSDICT follow the data that changed.
void follow_data(Header& header, const std::map<std::size_t, NewData>& changed, const Files& files,
                 Context& context);

/// Gives `text` to PAYLOADFLAGS, where it is there.
void settle_payload_flags(Header& header, std::string_view text, Context& context);

/// Lets the tags of `sums` say what they have to.
void follow_sums(Header& header, const std::vector<Sum>& sums, Context& context);

}  // namespace normalize::rpm
