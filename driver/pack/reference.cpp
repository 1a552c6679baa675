// Where blocks of a DEFLATE stream begin and end on byte boundaries, what is between them can stand
// in another stream, if the 32 KB in front of it are the same ones there.

#include "driver/pack/reference.h"

#include <zlib.h>

#include <array>

#include "driver/standard_streams.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::size_t kWindow = 32'768;
/// More than any segment has.
constexpr std::size_t kMostBetween = std::size_t{1} << 20;

Bytes key_of(ByteView window, ByteView segment) {
  RunningDigest digest;
  digest.add(as_bytes(std::to_string(window.size()) + ":"));
  digest.add(window);
  digest.add(segment);
  return digest.finish();
}

/// RFC 1952 section 2.3, as our packages have it. Returns where the stream begins.
std::size_t skip_header(ByteView file) {
  Reader in(file);
  const auto magic = in.little_endian<std::uint32_t>("gzip header");
  if (magic != 0x08'8b'1f) in.fail("is no .tar.gz as pack writes them");
  in.take(6, "gzip header");
  return in.offset();
}

/// Unpacks a stream from one border of blocks to the next.
class BlockReader {
 public:
  explicit BlockReader(ByteView stream) : size_(stream.size()) {
    if (inflateInit2(&stream_, -15) != Z_OK) throw std::bad_alloc();
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(stream.data()));
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(stream.size(), 1U << 31));
  }
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;
  ~BlockReader() { inflateEnd(&stream_); }

  enum class Step { more, border, end };
  /// Appends what comes out next, up to the next border at most.
  Step next(Bytes& out) {
    std::array<std::byte, 65536> room;
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = room.size();
    const int status = ::inflate(&stream_, Z_BLOCK);
    if (status == Z_STREAM_END) return Step::end;
    if (status != Z_OK) throw FormatError(at(), "the deflated data is damaged or cut short");
    out.insert(out.end(), room.begin(), room.end() - stream_.avail_out);
    constexpr int kAtBorder = 128;
    return (stream_.data_type & kAtBorder) != 0 ? Step::border : Step::more;
  }
  bool on_byte_boundary() const { return (stream_.data_type & 7) == 0; }
  std::size_t at() const { return size_ - stream_.avail_in; }

 private:
  const std::size_t size_;
  z_stream stream_{};
};

}  // namespace

Reference::Reference(const std::string& path) : file_(read_whole_file(path)) {
  try {
    index(skip_header(file_));
  } catch (const FormatError& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

void Reference::index(std::size_t stream_at) {
  // zlib counts in 32 bits; what is behind that is packed anew.
  const ByteView stream = ByteView(file_).subspan(stream_at).first(
      std::min<std::size_t>(file_.size() - stream_at, std::size_t{1} << 31));
  BlockReader blocks(stream);
  Bytes bytes;                           // the window, and what came since the last border
  std::size_t start = 0, packed_at = 0;  // where the latter begins, here and in the stream
  bool whole = true;                     // unless it was too much
  const auto keep_window = [&] {
    if (bytes.size() > kWindow)
      bytes.erase(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(kWindow));
    start = bytes.size();
  };
  for (auto step = blocks.next(bytes); step != BlockReader::Step::end; step = blocks.next(bytes)) {
    if (bytes.size() - start > kMostBetween) {
      whole = false;
      keep_window();
    }
    if (step != BlockReader::Step::border || !blocks.on_byte_boundary()) continue;
    if (whole && bytes.size() > start)
      packed_[key_of(ByteView(bytes).first(start), ByteView(bytes).subspan(start))] = {
          stream_at + packed_at, blocks.at() - packed_at};
    whole = true;
    keep_window();
    packed_at = blocks.at();
  }
}

std::optional<ByteView> Reference::find(ByteView window, ByteView segment) const {
  const auto found = packed_.find(key_of(window, segment));
  if (found == packed_.end()) return std::nullopt;
  return ByteView(file_).subspan(found->second.offset, found->second.size);
}

}  // namespace normalize
