#pragma once

#include <map>
#include <optional>
#include <string>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// An older package, for its packed segments. Serves all workers at once.
class Reference {
 public:
  /// Reads a package of one gzip member. Throws std::runtime_error, with the path, where it is
  /// none or is damaged, std::system_error where it cannot be read.
  explicit Reference(const std::string& path);

  /// The bytes that spell the same segment behind the same window; unset where there are none. A
  /// view of what the reference holds.
  std::optional<ByteView> find(ByteView window, ByteView segment) const;

 private:
  struct Place {
    std::size_t offset, size;
  };
  void index(std::size_t stream_at);

  Bytes file_;
  std::map<Bytes, Place> packed_;  // by SHA-256 of window and segment
};

}  // namespace normalize
