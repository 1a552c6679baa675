#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// Where a tar stream is cut into segments that are packed one by one.
struct CutRule {
  enum class By {
    content,  // where bytes and names say so: a change moves no cut far from it
    members,  // before a file, where `size` files are in the segment
    size,     // every `size` bytes
  };
  By by = By::content;
  /// The mean for `content`, in bytes. Small members stay together, up to four times as many; what
  /// is as large as this begins and ends a segment and is cut inside, from a half to three times.
  std::size_t size = 0;
  /// How many of the bytes in front of a segment the packer wants to see.
  std::size_t window = 0;
};

/// A piece of the stream, behind bytes that stand in front of it.
struct Segment {
  Bytes bytes;            // the window and the segment
  std::size_t start = 0;  // where the segment begins

  ByteView own() const { return ByteView(bytes).subspan(start); }
};

/// Cuts a stream. Where it cuts depends on the bytes, the names and the rule alone, not on how the
/// bytes come.
class Segmenter {
 public:
  using Sink = std::function<void(Segment segment)>;

  Segmenter(CutRule rule, Sink sink) : rule_(rule), sink_(std::move(sink)) {}

  /// A member begins, with `size` bytes in the stream, header and padding included.
  void begin(std::string_view name, std::uint64_t size, bool is_file);
  void add(ByteView bytes);
  void finish();

 private:
  std::size_t held() const { return bytes_.size() - start_; }
  void begin_by_content(std::string_view name, std::uint64_t size);
  std::size_t to_cut(ByteView bytes);
  void cut();

  const CutRule rule_;
  const Sink sink_;
  Bytes bytes_;  // the window and what is not yet cut
  std::size_t start_ = 0;
  bool inside_ = false;     // a member that is cut inside
  std::uint64_t hash_ = 0;  // of the last 64 bytes in it
  std::size_t files_ = 0;   // in the segment
};

}  // namespace normalize
