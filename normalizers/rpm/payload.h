#pragma once

#include <map>

#include "normalizers/context.h"
#include "normalizers/cpio/archive.h"
#include "normalizers/rpm/files.h"

/// The archive that a payload unpacks to: cpio's newc form, or rpm's own shorter one for packages
/// with files of 4 GiB or more, whose members are named by their number in the header.
namespace normalize::rpm {

struct Member {
  std::size_t file;       // its number in the header
  cpio::Header header;    // newc only
  ByteView raw_header;    // as it stands
  ByteView name_field;    // newc only
  std::size_t group = 0;  // of hard links, as cpio::Entry has it; newc only
  ByteView data;
};

struct Payload {
  bool is_newc = true, lower_case = false;
  std::vector<Member> members;
  ByteView rest;  // the trailer and what is behind it
};

/// Reads the archive. Throws FormatError, for members too that the header does not name, and for
/// data that has not the size or digest that it says.
Payload read_payload(ByteView archive, const Files& files, const std::string& digest_algorithm);

/// What a file of the package is to be.
struct Settled {
  std::uint32_t mode = 0, mtime = 0, device = 0, inode = 0;
};

/// A file whose data changed.
struct NewData {
  ByteView before;
  Content after;
  std::string digest;
};

struct NewPayload {
  Content archive;                         // may view what `payload` views
  std::map<std::size_t, NewData> changed;  // by number in the header, each name of a file
};

/// Writes the archive with each file as it was settled, in the order it has. `normalize_members`
/// says whether data is sent through the registry.
NewPayload write_payload(const Payload& payload, const Files& files,
                         const std::vector<Settled>& settled, const std::string& digest_algorithm,
                         bool normalize_members, Context& context);

}  // namespace normalize::rpm
