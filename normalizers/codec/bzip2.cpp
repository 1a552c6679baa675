// bzip2: the level stands in the header ("BZh9"), and libbz2's bytes have not changed since 1.0.0:
// a stream that libbz2 wrote is reproduced by its level alone. Default recipe: level 9, what
// bzip2(1) does unasked.

#include <bzlib.h>

#include <limits>

#include "normalizers/codec/codec.h"
#include "normalizers/codec/known_answer.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic = "BZh";
/// What follows the level: BCD pi where a block begins, the square root of pi where the stream
/// ends.
constexpr std::string_view kBlockMagic = "\x31\x41\x59\x26\x53\x59";
constexpr std::string_view kEndMagic = "\x17\x72\x45\x38\x50\x90";
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;  // libbz2 counts in unsigned int
constexpr int kDefaultLevel = 9;

class BunzipStream final : public Decoder {
 public:
  BunzipStream() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  ~BunzipStream() override { BZ2_bzDecompressEnd(&stream_); }

  Step step(ByteView& in, std::span<std::byte>& out) override {
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    stream_.avail_in = static_cast<unsigned>(std::min(in.size(), kMostAtOnce));
    stream_.next_out = reinterpret_cast<char*>(out.data());
    stream_.avail_out = static_cast<unsigned>(std::min(out.size(), kMostAtOnce));
    const std::size_t in_at_once = stream_.avail_in, out_at_once = stream_.avail_out;
    const int status = BZ2_bzDecompress(&stream_);
    in = in.subspan(in_at_once - stream_.avail_in);
    out = out.subspan(out_at_once - stream_.avail_out);
    if (status == BZ_MEM_ERROR) throw std::bad_alloc();
    return status == BZ_OK ? Step::more : status == BZ_STREAM_END ? Step::end : Step::damaged;
  }

 private:
  bz_stream stream_{};
};

class BzipStream {
 public:
  explicit BzipStream(int level) {
    if (BZ2_bzCompressInit(&stream_, level, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  BzipStream(const BzipStream&) = delete;
  BzipStream& operator=(const BzipStream&) = delete;
  ~BzipStream() { BZ2_bzCompressEnd(&stream_); }

  void feed(ByteView input, int action, Buffer& packed) {
    char out[32768];
    int status = BZ_RUN_OK;
    do {
      const std::size_t part = std::min(input.size(), kMostAtOnce);
      stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(input.data()));
      stream_.avail_in = static_cast<unsigned>(part);
      stream_.next_out = out;
      stream_.avail_out = sizeof out;
      status = BZ2_bzCompress(&stream_, action);
      input = input.subspan(part - stream_.avail_in);
      const auto made = std::as_bytes(std::span(out).first(sizeof out - stream_.avail_out));
      packed.append(made);
    } while (action == BZ_FINISH ? status != BZ_STREAM_END : !input.empty());
  }

 private:
  bz_stream stream_{};
};

Buffer bzip(const Content& payload, int level) {
  Buffer packed;
  BzipStream stream(level);
  for_each_part(payload, [&](ByteView part) {
    stream.feed(part, BZ_RUN, packed);
    return true;
  });
  stream.feed({}, BZ_FINISH, packed);
  return packed;
}

class Bzip2 final : public Codec {
 public:
  std::string_view name() const override { return "bzip2"; }

  bool starts(ByteView bytes) const override {
    if (bytes.size() < 10 || !starts_with(bytes, kMagic)) return false;
    const char level = as_text(bytes)[3];
    return level >= '1' && level <= '9' &&
           (starts_with(bytes.subspan(4), kBlockMagic) || starts_with(bytes.subspan(4), kEndMagic));
  }

  std::unique_ptr<Decoder> decoder(std::uint64_t) const override {
    return std::make_unique<BunzipStream>();  // asks for four megabytes at most
  }

  PackLike packer_like(ByteView stream, ByteView) const override {
    return [level = as_text(stream)[3] - '0'](const Content& payload) {
      return checked(payload, level);
    };
  }
  Buffer pack(const Content& payload) const override { return checked(payload, kDefaultLevel); }

 private:
  static Buffer checked(const Content& payload, int level) {
    static const bool honoured = crc32(bzip(known_question(), 1)) == 0x8cd8'ae5c &&
                                 crc32(bzip(known_question(), 9)) == 0x4334'0425;
    if (!honoured) refuse_to_pack("libbz2", BZ2_bzlibVersion(), "1.0.8");
    return bzip(payload, level);
  }
};

}  // namespace

const Codec& bzip2_codec() {
  static const Bzip2 codec;
  return codec;
}

}  // namespace normalize
