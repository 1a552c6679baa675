#include "normalizers/bytes/storage.h"

#include <atomic>

namespace normalize {
namespace {

/// What is smaller than that gets no region of its own: a file, a map and two system calls.
constexpr std::size_t kRegionBytes = std::size_t{16} << 20;
/// How much is passed over until memory is given back.
constexpr std::size_t kPassedBytes = std::size_t{32} << 20;

std::atomic<Storage*> storage_in_use = nullptr;
std::atomic<std::size_t> most_in_memory = kMostInMemory;
std::atomic<std::size_t> in_memory = 0;

/// The region that a thread takes small rooms from, one behind the other.
struct SharedRegion {
  std::shared_ptr<Storage::Region> region;
  std::size_t used = 0;
};

Room room_in(Storage& storage, std::size_t count) {
  thread_local SharedRegion shared;
  const bool alone = count > kRegionBytes / 4;
  if (alone || !shared.region || shared.region->bytes().size() - shared.used < count) {
    std::shared_ptr<Storage::Region> fresh = storage.region();
    fresh->resize(alone ? count : kRegionBytes);
    fresh->settle();
    if (alone) return {fresh->bytes(), fresh};
    shared = {std::move(fresh), 0};
  }
  const std::span<std::byte> bytes = shared.region->bytes().subspan(shared.used, count);
  shared.used += count;
  return {bytes, shared.region};
}

struct Block {
  explicit Block(std::size_t count) : bytes(std::make_unique_for_overwrite<std::byte[]>(count)) {
    memory.set(count);
  }
  std::unique_ptr<std::byte[]> bytes;
  CountedMemory memory;
};

}  // namespace

void use_storage(Storage* storage, std::size_t most) {
  most_in_memory = most;
  storage_in_use = storage;
}

void CountedMemory::set(std::size_t bytes) noexcept {
  in_memory.fetch_add(bytes - bytes_, std::memory_order_relaxed);  // wraps where it is less
  bytes_ = bytes;
}

Storage* CountedMemory::storage_for(std::size_t bytes) const noexcept {
  const std::size_t others = in_memory.load(std::memory_order_relaxed) - bytes_;
  const std::size_t most = most_in_memory.load(std::memory_order_relaxed);
  if (others <= most && bytes <= most - others) return nullptr;
  return storage_in_use.load(std::memory_order_acquire);
}

Room make_room(std::size_t count) {
  if (Storage* const storage = CountedMemory().storage_for(count)) return room_in(*storage, count);
  const auto block = std::make_shared<const Block>(count);
  return {std::span(block->bytes.get(), count), block};
}

void passed_over(std::size_t count) noexcept {
  thread_local std::size_t passed = 0;
  passed += count;
  if (passed < kPassedBytes) return;
  passed = 0;
  if (Storage* const storage = storage_in_use.load(std::memory_order_acquire)) storage->let_go();
}

}  // namespace normalize
