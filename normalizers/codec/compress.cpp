// The .Z files of compress(1): LZW with codes of 9 to 16 bits (T. Welch, "A Technique for
// High-Performance Data Compression", 1984; the layout is that of compress 4.2). Read only. The
// stream ends where the file does, and carries no check.

#include "normalizers/codec/codec.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic = "\x1f\x9d";
constexpr unsigned kMaxbitsMask = 0x1f, kReservedMask = 0x60, kBlockMode = 0x80;
constexpr unsigned kFirstBits = 9, kMostBits = 16;
constexpr std::uint32_t kClear = 256;

class LzwDecoder final : public Decoder {
 public:
  Step step(ByteView& in, std::span<std::byte>& out) override {
    if (!began_) begin(in);
    while (!out.empty()) {
      while (!stack_.empty() && !out.empty()) {
        out.front() = stack_.back();
        stack_.pop_back();
        out = out.subspan(1);
      }
      if (!stack_.empty() || out.empty()) return Step::more;
      std::uint32_t code = 0;
      if (!next_code(in, code)) return Step::end;
      if (code == kClear && block_mode_)
        clear(in);
      else if (!unpack(code))
        return Step::damaged;
    }
    return Step::more;
  }

 private:
  void begin(ByteView& in) {
    const auto flags = std::to_integer<unsigned>(in[2]);
    most_bits_ = flags & kMaxbitsMask;  // starts() has seen to it
    block_mode_ = flags & kBlockMode;
    next_ = block_mode_ ? kClear + 1 : kClear;
    in = in.subspan(3);
    began_ = true;
  }

  /// False at the end: what is left holds no whole code.
  bool next_code(ByteView& in, std::uint32_t& code) {
    if (next_ >= most_codes(bits_) && bits_ < most_bits_) {
      skip_group(in);
      ++bits_;
    }
    while (held_bits_ < bits_) {
      if (in.empty()) return false;
      held_ |= std::to_integer<std::uint32_t>(in.front()) << held_bits_;
      held_bits_ += 8;
      in = in.subspan(1);
      ++taken_;
    }
    code = held_ & (most_codes(bits_) - 1);
    held_ >>= bits_;
    held_bits_ -= bits_;
    return true;
  }

  /// Codes are written eight at a time; where their width changes, the rest of the eight is void.
  void skip_group(ByteView& in) {
    const std::size_t rest = (bits_ - taken_ % bits_) % bits_;
    in = in.subspan(std::min(rest, in.size()));
    taken_ = 0;
    held_ = held_bits_ = 0;
  }

  /// Puts what `code` stands for on the stack, last byte first, and learns a new string from it.
  bool unpack(std::uint32_t code) {
    if (previous_ == kNone) {
      if (code >= kClear) return false;
      first_ = static_cast<std::byte>(code);
      stack_.push_back(first_);
      previous_ = code;
      return true;
    }
    if (code > next_) return false;
    const std::uint32_t whole = code;
    if (code == next_) {  // the string that is learned right here
      stack_.push_back(first_);
      code = previous_;
    }
    for (; code >= kClear; code = prefix_[code]) stack_.push_back(suffix_[code]);
    first_ = static_cast<std::byte>(code);
    stack_.push_back(first_);
    if (next_ < most_codes(most_bits_)) {
      prefix_[next_] = static_cast<std::uint16_t>(previous_);
      suffix_[next_] = first_;
      ++next_;
    }
    previous_ = whole;
    return true;
  }

  /// The table starts anew. The string learned next takes the number of the clear code itself, so
  /// that it is never met: compress has always done so.
  void clear(ByteView& in) {
    skip_group(in);
    bits_ = kFirstBits;
    next_ = kClear;
  }

  static std::uint32_t most_codes(unsigned bits) { return std::uint32_t{1} << bits; }
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  bool began_ = false, block_mode_ = false;
  unsigned most_bits_ = 0, bits_ = kFirstBits;
  std::uint32_t held_ = 0;  // bits taken from the input and not yet used
  unsigned held_bits_ = 0;
  std::size_t taken_ = 0;   // bytes since the width last changed
  std::uint32_t next_ = 0;  // the code that the next new string gets
  std::uint32_t previous_ = kNone;
  std::byte first_{};  // of the previous string
  // A string is the string of its prefix, a smaller code, and one byte more.
  std::vector<std::uint16_t> prefix_ = std::vector<std::uint16_t>(std::size_t{1} << kMostBits);
  std::vector<std::byte> suffix_ = Bytes(std::size_t{1} << kMostBits);
  std::vector<std::byte> stack_;
};

class Compress final : public Codec {
 public:
  std::string_view name() const override { return "compress"; }
  bool starts(ByteView bytes) const override {
    if (bytes.size() < 3 || !starts_with(bytes, kMagic)) return false;
    const auto flags = std::to_integer<unsigned>(bytes[2]);
    const unsigned most_bits = flags & kMaxbitsMask;
    return (flags & kReservedMask) == 0 && most_bits >= kFirstBits && most_bits <= kMostBits;
  }
  std::unique_ptr<Decoder> decoder(std::uint64_t) const override {
    return std::make_unique<LzwDecoder>();
  }

  bool packs() const override { return false; }
  PackLike packer_like(ByteView, ByteView) const override {
    return [this](const Content& payload) { return pack(payload); };
  }
  Buffer pack(const Content&) const override {
    throw CodecError("the format of compress(1) is read and not written");
  }
};

}  // namespace

const Codec& compress_codec() {
  static const Compress codec;
  return codec;
}

}  // namespace normalize
