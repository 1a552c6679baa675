#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>

#include "driver/pack/peaks.h"
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
  /// For `content`, in bytes: small members stay together, this many in the mean and four times as
  /// many at most; what is as large as this begins and ends a segment and is cut inside, into 5/8
  /// of this in the mean, from 5/16 to three times.
  std::size_t size = 0;
  /// How many of the bytes in front of a segment the packer wants to see.
  std::size_t window = 0;
  /// For `content`: how many bytes at either end of a large member are segments by themselves.
  /// There stand the names, build ids and signatures that are new where little else is.
  std::size_t edge = 0;
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

  Segmenter(CutRule rule, Sink sink);

  /// A member begins, with `size` bytes in the stream, header and padding included.
  void begin(std::string_view name, std::uint64_t size, bool is_file);
  void add(ByteView bytes);
  void finish();

 private:
  struct Part {
    std::uint64_t left;  // bytes to come
    bool is_body;        // which is cut inside
  };
  std::size_t held() const { return bytes_.size() - start_; }
  std::size_t most() const { return 3 * rule_.size; }
  void begin_by_content(std::string_view name, std::uint64_t size);
  std::size_t next_size(std::size_t most) const;
  void add_inside(ByteView bytes);
  void add_to_body(ByteView bytes);
  void cut(std::size_t size);

  const CutRule rule_;
  const Sink sink_;
  const std::size_t radius_;
  Bytes bytes_;  // the window and what is not yet cut
  std::size_t start_ = 0;
  std::deque<Part> parts_;  // of a large member, from the current one on
  Peaks peaks_;
  std::uint64_t hash_ = 0;  // of the last 64 bytes of the body
  std::size_t files_ = 0;   // in the segment
};

}  // namespace normalize
