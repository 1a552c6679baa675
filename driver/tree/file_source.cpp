#include "driver/tree/file_source.h"

#include <unistd.h>

namespace normalize {

std::size_t FileSource::read(std::byte* out, std::size_t count, std::uint64_t offset) const {
  // Linux reads at most 0x7ffff000 bytes at once, macOS refuses more than INT_MAX.
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = ::pread(fd_, out + done, std::min(count - done, kMostAtOnce),
                                static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      throw_errno("cannot read");
    }
  }
  return done;
}

ByteView FileSource::head() {
  if (!head_read_) {
    head_bytes_ = read(head_.data(), std::min<std::uint64_t>(size_, head_.size()), 0);
    head_read_ = true;
  }
  return ByteView(head_).first(head_bytes_);
}

ByteView FileSource::tail(std::size_t count) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_));
  if (all_) return ByteView(all_.get(), static_cast<std::size_t>(size_)).last(wanted);
  Bytes& kept = tails_.emplace_back(wanted);
  kept.resize(read(kept.data(), wanted, size_ - wanted));
  return kept;
}

ByteView FileSource::all() {
  const auto size = static_cast<std::size_t>(size_);
  if (!all_) {
    auto bytes = std::make_unique_for_overwrite<std::byte[]>(size);
    if (read(bytes.get(), size, 0) != size) throw ChangedMeanwhile();
    all_ = std::move(bytes);
  }
  return {all_.get(), size};
}

}  // namespace normalize
