#pragma once

#include "normalizers/squashfs/tree.h"

namespace normalize::squashfs {

/// The tables of inodes and directories, packed again.
struct Repacked {
  Bytes inodes, directories;
  std::vector<std::uint64_t> inode_starts;  // of each block, and the end
};

/// Packs both tables, the one of inodes with `data`. Each says where blocks of the
/// other begin, which is known once those before are packed; so the blocks are packed in such an
/// order. Throws FormatError where there is none.
Repacked repack(const Tree& tree, Bytes data, const Table& directories, const BlockCodec& codec,
                bool wanted);

}  // namespace normalize::squashfs
