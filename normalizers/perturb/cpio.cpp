// cpio: inode numbers and the device that held the files.

#include "normalizers/bytes/reader.h"
#include "normalizers/cpio/archive.h"
#include "normalizers/perturb/shake.h"

namespace normalize::perturb {
namespace {

constexpr std::uint32_t kMostDevice = 250, kMostStep = 9000;

bool names_device_twice(cpio::Form form) {
  return form == cpio::Form::newc || form == cpio::Form::crc;
}

/// What is added to all of an archive, so that hard links stay together and others apart.
struct Move {
  std::uint32_t ino, devmajor, devminor;
};

void put(Bytes& file, ByteView input, const cpio::Entry& entry, Move move, bool lower_case) {
  cpio::Header header = entry.header;
  header.ino += move.ino;
  if (names_device_twice(header.form)) header.devmajor = move.devmajor;
  header.devminor = move.devminor;
  std::ranges::copy(cpio::header_bytes(header, lower_case),
                    file.begin() + (entry.raw_header.data() - input.data()));
}

std::uint32_t highest_inode(const cpio::Archive& archive) {
  std::uint32_t highest = archive.trailer.header.ino;
  for (const cpio::Entry& entry : archive.entries) highest = std::max(highest, entry.header.ino);
  return highest;
}

}  // namespace

Content shake_cpio(ByteView file, Shaker& shaker) {
  Bytes shaken(file.begin(), file.end());
  Reader in(file);
  while (cpio::starts_header(in.rest())) {
    const cpio::Archive archive = cpio::read_archive(in, shaker.rules().limits);
    Move move{static_cast<std::uint32_t>(shaker.numbers.below(kMostStep)),
              static_cast<std::uint32_t>(shaker.numbers.below(kMostDevice)),
              static_cast<std::uint32_t>(shaker.numbers.below(kMostDevice))};
    const std::uint32_t most = cpio::most_inodes(archive.trailer.header.form);
    const std::uint32_t highest = highest_inode(archive);
    if (highest > most || most - highest < move.ino || archive.entries.size() > most) move.ino = 0;
    if (archive.entries.size() <= most)
      for (const cpio::Entry& entry : archive.entries)
        put(shaken, file, entry, move, archive.lower_case);
    put(shaken, file, archive.trailer, move, archive.lower_case);
    const ByteView rest = in.rest();
    const auto end = std::ranges::find_if(rest, [](std::byte b) { return b != std::byte{0}; });
    in.take(static_cast<std::size_t>(end - rest.begin()), "padding");
  }
  return Content::own(std::move(shaken));
}

}  // namespace normalize::perturb
