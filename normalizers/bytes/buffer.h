#pragma once

#include "normalizers/bytes/storage.h"

namespace normalize {

/// Bytes that grow at their end: in memory, or in the storage where they are too many for it.
/// Growing may move them. Throws as Storage does, or std::bad_alloc.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(ByteView bytes) { append(bytes); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer(std::move(other)).swap(*this);
    return *this;
  }
  ~Buffer();

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Whether they are in the storage.
  bool is_stored() const { return region_ != nullptr; }
  const std::byte* data() const { return data_; }
  const std::byte* begin() const { return data_; }
  const std::byte* end() const { return data_ + size_; }
  std::byte operator[](std::size_t index) const { return data_[index]; }
  Bytes to_bytes() const { return Bytes(begin(), end()); }

  /// Makes it `count` bytes longer, of any value, and returns those.
  std::span<std::byte> grow(std::size_t count);
  void append(ByteView bytes);
  /// Cuts it off behind the first `size` bytes, which stay where they are.
  void cut(std::size_t size) { size_ = std::min(size, size_); }
  /// Makes sure that it can become `capacity` bytes long without moving.
  void reserve(std::size_t capacity);
  /// Says that it will not grow again: what was taken for that is given back.
  void settle();

  void swap(Buffer& other) noexcept;
  friend bool operator==(const Buffer& a, ByteView b) { return equal(a, b); }

 private:
  void move_to(Storage& storage, std::size_t capacity);
  void reallocate(std::size_t capacity);

  std::byte* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
  CountedMemory memory_;
  std::unique_ptr<Storage::Region> region_;  // null where they are in memory
};

}  // namespace normalize
