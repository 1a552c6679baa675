#include "normalizers/bytes/buffer.h"

#include <cstdlib>
#include <new>
#include <utility>

namespace normalize {
namespace {

/// Below that size memory is cheaper than a file, however full it is.
constexpr std::size_t kSmallestRegion = std::size_t{1} << 20;
/// A region that grows is not copied, so it need not grow by more than that at a time.
constexpr std::size_t kMostAhead = std::size_t{64} << 20;

}  // namespace

Buffer::~Buffer() {
  if (!region_) std::free(data_);
}

void Buffer::swap(Buffer& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(region_, other.region_);
  const std::size_t bytes = memory_.bytes();
  memory_.set(other.memory_.bytes());
  other.memory_.set(bytes);
}

void Buffer::reallocate(std::size_t capacity) {
  auto* const moved = static_cast<std::byte*>(std::realloc(data_, capacity));
  if (!moved) throw std::bad_alloc();
  data_ = moved;
  capacity_ = capacity;
  memory_.set(capacity);
}

void Buffer::move_to(Storage& storage, std::size_t capacity) {
  std::unique_ptr<Storage::Region> region = storage.region();
  region->resize(capacity);
  std::byte* const to = region->bytes().data();
  if (size_ > 0) std::memcpy(to, data_, size_);
  std::free(std::exchange(data_, to));
  region_ = std::move(region);
  capacity_ = capacity;
  memory_.set(0);
}

void Buffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  if (region_) {
    region_->resize(capacity);
    data_ = region_->bytes().data();
    capacity_ = capacity;
    return;
  }
  Storage* const storage = capacity < kSmallestRegion ? nullptr : memory_.storage_for(capacity);
  if (storage)
    move_to(*storage, capacity);
  else
    reallocate(capacity);
}

std::span<std::byte> Buffer::grow(std::size_t count) {
  if (count > capacity_ - size_) {
    if (count > SIZE_MAX / 2 - size_) throw std::bad_alloc();
    reserve(std::max(size_ + count, capacity_ + std::min(capacity_, kMostAhead)));
  }
  const std::span<std::byte> added(data_ + size_, count);
  size_ += count;
  return added;
}

void Buffer::append(ByteView bytes) {
  if (!bytes.empty()) std::memcpy(grow(bytes.size()).data(), bytes.data(), bytes.size());
}

void Buffer::settle() {
  constexpr std::size_t kWorthIt = 4096;
  if (!region_) {
    if (size_ > 0 && capacity_ - size_ >= kWorthIt) reallocate(size_);
    return;
  }
  region_->resize(size_);
  region_->settle();
  data_ = region_->bytes().data();
  capacity_ = size_;
}

}  // namespace normalize
