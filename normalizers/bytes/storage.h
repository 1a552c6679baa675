#pragma once

#include <memory>
#include <span>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// Room outside of memory, for what is too much for it. The driver gives it, since normalizers know
/// no disk. Any number of threads may use it at once.
class Storage {
 public:
  /// Bytes that are read and written in place; given back with the object.
  class Region {
   public:
    Region() = default;
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;
    virtual ~Region() = default;

    virtual std::span<std::byte> bytes() = 0;
    /// Keeps what fits, and may move it. Throws std::system_error where there is no such room, and
    /// then nothing has changed.
    virtual void resize(std::size_t size) = 0;
    /// Says that resize() will not be called again.
    virtual void settle() noexcept = 0;
  };

  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  /// An empty region, which may outlive the storage. Throws std::system_error.
  virtual std::unique_ptr<Region> region() = 0;
  /// Makes regions take up no memory but for what is looked at from now on.
  virtual void let_go() noexcept = 0;
};

/// How many bytes of files, of what they unpack to and of their normal forms are held in memory at
/// a time, all threads together.
inline constexpr std::size_t kMostInMemory = std::size_t{64} << 20;

/// Has what is more than `most_in_memory` bytes kept in `storage` from now on, for all threads;
/// null stands for memory without a limit, which is also how a program begins. It changes where
/// bytes are kept, and no result.
void use_storage(Storage* storage, std::size_t most_in_memory = kMostInMemory);

/// Bytes that stay where they are as long as their owner lives.
struct Room {
  std::span<std::byte> bytes;
  std::shared_ptr<const void> owner;
};

/// Room for `count` bytes of any value, which share their owner with others where that is cheaper.
/// Throws as Storage does, or std::bad_alloc.
Room make_room(std::size_t count);

/// Says that somebody went through so many bytes and will not soon look at them again. Now and then
/// this makes the storage let go.
void passed_over(std::size_t count) noexcept;

/// Bytes in memory, counted as long as the object lives.
class CountedMemory {
 public:
  CountedMemory() = default;
  CountedMemory(const CountedMemory&) = delete;
  CountedMemory& operator=(const CountedMemory&) = delete;
  ~CountedMemory() { set(0); }

  void set(std::size_t bytes) noexcept;
  std::size_t bytes() const { return bytes_; }
  /// Where this is to become `bytes` and that is too much for memory: the storage. Otherwise null.
  Storage* storage_for(std::size_t bytes) const noexcept;

 private:
  std::size_t bytes_ = 0;
};

}  // namespace normalize
