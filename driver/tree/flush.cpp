// Order, not durability, is what a replacement needs: that the new name is never on disk ahead of
// the bytes. fdatasync(2) gives that, and with it a journal commit and a flush of the drive's cache
// for every file: 2.0 s instead of 0.34 s for 5,000 small files on ext4 over a fast disk, 24 s
// instead of 0.7 s on a busy one. Waiting until the bytes have been handed to the drive costs 0.9 s
// there and is enough where the journal flushes the drive's cache ahead of its own commit, which
// then carries the size and the rename: ext4 (data=ordered), XFS, btrfs. A syncfs(2) for many files
// at once is as cheap, but would write out whatever else a running build has left in memory.

#include "driver/tree/flush.h"

#include <fcntl.h>
#include <unistd.h>

#include "driver/tree/descriptor.h"

namespace normalize {

void flush_before_rename(int fd) {
#ifdef SYNC_FILE_RANGE_WRITE
  constexpr unsigned kWriteAndWait =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  if (uninterrupted([&] { return ::sync_file_range(fd, 0, 0, kWriteAndWait); }) == 0) return;
  const bool unsupported = errno == ENOSYS || errno == EINVAL || errno == ESPIPE || errno == EPERM;
  if (!unsupported) throw_errno("cannot write");
#endif
#ifdef __APPLE__
  const auto sync = [&] { return ::fsync(fd); };
#else
  const auto sync = [&] { return ::fdatasync(fd); };
#endif
  if (uninterrupted(sync) != 0) throw_errno("cannot write");
}

}  // namespace normalize
