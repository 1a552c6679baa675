#include "driver/tree/file_source.h"

#include <unistd.h>

namespace normalize {
namespace {

constexpr std::uint64_t kPartBytes = std::uint64_t{4} << 20;

}  // namespace

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
  if (all_read_) return ByteView(all_).last(wanted);
  Bytes& kept = tails_.emplace_back(wanted);
  kept.resize(read(kept.data(), wanted, size_ - wanted));
  return kept;
}

ByteView FileSource::all() {
  if (all_read_) return all_;
  all_.reserve(static_cast<std::size_t>(size_));
  while (all_.size() < size_) {
    const std::size_t start = all_.size();
    const std::span<std::byte> part =
        all_.grow(static_cast<std::size_t>(std::min<std::uint64_t>(kPartBytes, size_ - start)));
    if (read(part.data(), part.size(), start) != part.size()) throw ChangedMeanwhile();
    passed_over(part.size());
  }
  all_read_ = true;
  return all_;
}

}  // namespace normalize
