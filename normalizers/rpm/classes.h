#pragma once

#include <string>

#include "normalizers/rpm/payload.h"

/// What file(1) says of a package's files, which rpmbuild keeps: of some formats it quotes times
/// and names that are noise.
namespace normalize::rpm {

/// What file(1) would say of `after` where it said `text` of `before`: quotes of what changed in
/// gzip headers, .pyc headers, U-Boot images and COFF objects follow, all else stays.
std::string class_text(std::string text, ByteView before, const Content& after);

/// Lets FILECLASS and CLASSDICT follow the data that changed.
void follow_classes(Header& header, const std::map<std::size_t, NewData>& changed,
                    const Files& files, Context& context);

}  // namespace normalize::rpm
