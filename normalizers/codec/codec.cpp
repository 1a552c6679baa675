#include "normalizers/codec/codec.h"

#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::size_t kSmallestRoom = std::size_t{16} << 10;
/// What is made room for at a time, at most: more would be taken from the disk for nothing.
constexpr std::uint64_t kMostAhead = std::uint64_t{32} << 20;

class Unpacking {
 public:
  Unpacking(const Codec& codec, ByteView bytes, std::uint64_t memory, std::size_t base)
      : codec_(codec), bytes_(bytes), left_(bytes), base_(base), decoder_(codec.decoder(memory)) {}

  /// Fills `room` as far as the stream goes; returns how much of it was filled.
  std::size_t fill(std::span<std::byte> room) {
    std::span<std::byte> left = room;
    while (!ended_ && !left.empty()) {
      const std::size_t in_before = left_.size(), out_before = left.size();
      const Decoder::Step step = decoder_->step(left_, left);
      if (step == Decoder::Step::damaged) fail("damaged");
      ended_ = step == Decoder::Step::end;
      if (!ended_ && left_.size() == in_before && left.size() == out_before) fail("cut short");
    }
    return room.size() - left.size();
  }
  bool ended() const { return ended_; }
  std::size_t passed() const { return bytes_.size() - left_.size(); }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw FormatError(base_ + passed(), "the " + std::string(codec_.name()) + " data is " + what);
  }

  const Codec& codec_;
  const ByteView bytes_;
  ByteView left_;
  const std::size_t base_;
  const std::unique_ptr<Decoder> decoder_;
  bool ended_ = false;
};

}  // namespace

std::size_t unpack(const Codec& codec, ByteView bytes, UnpackLimits limits, std::size_t base,
                   Buffer& output) {
  Unpacking unpacking(codec, bytes, limits.memory, base);
  std::uint64_t used = 0;
  std::uint64_t room = std::max<std::uint64_t>(kSmallestRoom, bytes.size() * 3);
  do {
    // One byte more than there may be tells a stream that ends at the limit from one that goes on.
    room = std::min({room, kMostAhead, limits.bytes - used + 1});
    const std::size_t start = output.size();
    const std::size_t filled = unpacking.fill(output.grow(static_cast<std::size_t>(room)));
    output.cut(start + filled);
    passed_over(filled);
    used += filled;
    if (used > limits.bytes) throw LimitError("unpacks to more than the limit allows");
    room = used;
  } while (!unpacking.ended());
  return unpacking.passed();
}

std::size_t unpack_head(const Codec& codec, ByteView bytes, std::uint64_t memory, std::size_t base,
                        std::size_t count, Bytes& output) {
  if (output.size() >= count) return 0;
  Unpacking unpacking(codec, bytes, memory, base);
  const std::size_t start = output.size();
  output.resize(count);
  output.resize(start + unpacking.fill(std::span(output).subspan(start)));
  return unpacking.passed();
}

}  // namespace normalize
