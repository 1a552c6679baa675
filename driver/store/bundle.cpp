#include "driver/store/bundle.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "driver/store/numbers.h"
#include "normalizers/codec/zstd_reference.h"

namespace normalize::store {
namespace {

constexpr std::string_view kMagic = "NMLZBNDL", kTailMagic = "NMLZTAIL";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeadBytes = 12, kTailBytes = 8 + 8 + Digest::kSize + 8;
constexpr std::string_view kSuffix = ".bundle";
constexpr std::size_t kNameDigits = 32;
constexpr int kIndexLevel = 12;
/// More than an index of a hundred million objects has.
constexpr std::uint64_t kMostIndexBytes = std::uint64_t{16} << 30;

template <typename T>
void append_little_endian(Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

Bytes head() {
  Bytes bytes;
  append(bytes, as_bytes(kMagic));
  append_little_endian(bytes, kVersion);
  return bytes;
}

Bytes serialized(const BundleIndex& index) {
  Bytes out;
  append_number(out, index.frames.size());
  for (const Frame& frame : index.frames) {
    out.push_back(static_cast<std::byte>(frame.coding));
    append_number(out, frame.stored);
    append_number(out, frame.size);
    out.push_back(static_cast<std::byte>(frame.depth));
    append(out, frame.checksum);
    append_number(out, frame.references.size());
    for (const Digest& reference : frame.references) append(out, reference.bytes);
  }
  append_number(out, index.objects.size());
  for (const Object& object : index.objects) {
    append(out, object.digest.bytes);
    append_number(out, object.frame);
    append_number(out, object.offset);
    append_number(out, object.size);
    append_number(out, object.base);
    object.sketch.append_to(out);
  }
  return out;
}

class IndexParser {
 public:
  /// `end` is where the stored bytes of the last frame end.
  IndexParser(ByteView bytes, std::uint64_t end) : in_(bytes), end_(end) {}

  BundleIndex run() {
    const std::uint64_t frames = count("frames", 1 + 1 + 1 + 1 + 16 + 1);
    for (std::uint64_t i = 0; i < frames; ++i) index_.frames.push_back(frame());
    if (offset_ != end_) in_.fail("frames end elsewhere than they should");
    const std::uint64_t objects = count("objects", Digest::kSize + 4);
    for (std::uint64_t i = 0; i < objects; ++i) index_.objects.push_back(object());
    if (in_.remaining() > 0) in_.fail("bytes behind the index");
    return std::move(index_);
  }

 private:
  /// Of things that have at least `least` bytes each.
  std::uint64_t count(std::string_view what, std::size_t least) {
    const std::uint64_t number = take_number(in_, what);
    if (number > in_.remaining() / least) in_.fail(std::string(what) + ": more than there are");
    return number;
  }

  Frame frame() {
    Frame frame;
    const std::uint8_t coding = in_.byte("coding");
    if (coding > 2) in_.fail("coding: not known");
    frame.coding = static_cast<Frame::Coding>(coding);
    frame.offset = offset_;
    frame.stored = take_number(in_, "stored size");
    if (frame.stored > end_ - offset_) in_.fail("stored size: past the end");
    offset_ += frame.stored;
    frame.size = take_number(in_, "size");
    frame.depth = in_.byte("depth");
    std::ranges::copy(in_.take(frame.checksum.size(), "checksum"), frame.checksum.begin());
    const std::uint64_t references = count("references", Digest::kSize);
    for (std::uint64_t i = 0; i < references; ++i)
      frame.references.push_back(Digest::take(in_, "reference"));
    return frame;
  }

  Object object() {
    Object object;
    object.digest = Digest::take(in_, "digest");
    const std::uint64_t frame = take_number(in_, "frame");
    if (frame >= index_.frames.size()) in_.fail("frame: there is no such");
    object.frame = static_cast<std::uint32_t>(frame);
    object.offset = take_number(in_, "offset");
    object.size = take_number(in_, "size");
    const Frame& in_frame = index_.frames[object.frame];
    if (object.offset > in_frame.size || object.size > in_frame.size - object.offset)
      in_.fail("size: past the end of the frame");
    const std::uint64_t base = take_number(in_, "base");
    if (base > in_frame.references.size()) in_.fail("base: there is no such");
    object.base = static_cast<std::uint32_t>(base);
    object.sketch = Sketch::take(in_);
    return object;
  }

  Reader in_;
  const std::uint64_t end_;
  std::uint64_t offset_ = kHeadBytes;
  BundleIndex index_;
};

/// The last bytes of a bundle: where its index is, and a digest of that.
struct Tail {
  std::uint64_t index_bytes, unpacked;
  Digest digest;
};

Tail take_tail(Reader in) {
  Tail tail{};
  tail.index_bytes = in.little_endian<std::uint64_t>("size of the index");
  tail.unpacked = in.little_endian<std::uint64_t>("unpacked size of the index");
  tail.digest = Digest::take(in, "digest of the index");
  in.expect(as_bytes(kTailMagic), "end");
  return tail;
}

/// Of all that tells of the index, so that no bit of it goes unnoticed.
Digest digest_of_index(ByteView stored, std::uint64_t unpacked) {
  Bytes bytes = head();
  append_little_endian(bytes, std::uint64_t{stored.size()});
  append_little_endian(bytes, unpacked);
  RunningDigest digest;
  digest.add(bytes);
  digest.add(stored);
  return Digest::from(digest.finish());
}

/// A bundle, open.
class BundleFile {
 public:
  BundleFile(const Descriptor& folder, const std::string& name) : name_(name) {
    file_ = open_at(folder.get(), name, O_RDONLY | O_NOFOLLOW);
    if (!file_) throw_errno(name_);
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) throw_errno(name_);
    size_ = static_cast<std::uint64_t>(status.st_size);
  }

  std::uint64_t size() const { return size_; }

  Bytes read(std::uint64_t offset, std::uint64_t count) const {
    if (offset > size_ || count > size_ - offset) damaged("is cut short");
    Bytes bytes(static_cast<std::size_t>(count));
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t got =
          ::pread(file_.get(), &bytes[at], bytes.size() - at, static_cast<off_t>(offset + at));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw_errno(name_);
      if (got == 0) damaged("is cut short");
      at += static_cast<std::size_t>(got);
    }
    return bytes;
  }

  [[noreturn]] void damaged(const std::string& how) const {
    throw DamageError("bundle " + name_ + ": " + how);
  }

 private:
  const std::string name_;
  Descriptor file_;
  std::uint64_t size_ = 0;
};

void expect_head(const BundleFile& file) {
  const Bytes bytes = file.read(0, kHeadBytes);
  Reader in(bytes);
  if (as_text(in.take(kMagic.size(), "magic")) != kMagic) file.damaged("does not begin as one");
  const auto version = in.little_endian<std::uint32_t>("version");
  if (version > kVersion)
    file.damaged("is of version " + std::to_string(version) + ", and " + std::to_string(kVersion) +
                 " is the newest that this program knows");
  if (version != kVersion) file.damaged("has no version");
}

}  // namespace

Frame::Checksum Frame::checksum_of(ByteView stored) {
  const Digest digest = Digest::of(stored);
  Checksum checksum;
  std::copy_n(digest.bytes.begin(), checksum.size(), checksum.begin());
  return checksum;
}

BundleWriter::BundleWriter(const Descriptor& folder) : file_(folder) { file_.write(head()); }

void BundleWriter::add(const NewFrame& added) {
  Frame frame = added.frame;
  frame.offset = file_.size();
  frame.stored = added.stored.size();
  frame.checksum = Frame::checksum_of(added.stored);
  file_.write(added.stored);
  for (Object object : added.objects) {
    object.frame = static_cast<std::uint32_t>(index_.frames.size());
    index_.objects.push_back(object);
  }
  index_.frames.push_back(std::move(frame));
}

BundleWriter::Written BundleWriter::commit() {
  const Bytes plain = serialized(index_);
  const Bytes stored = zstd_pack_with(plain, {}, kIndexLevel);
  const Digest digest = digest_of_index(stored, plain.size());
  Bytes tail;
  append_little_endian(tail, std::uint64_t{stored.size()});
  append_little_endian(tail, std::uint64_t{plain.size()});
  append(tail, digest.bytes);
  append(tail, as_bytes(kTailMagic));
  file_.write(stored);
  file_.write(tail);
  std::string name = digest.hex().substr(0, kNameDigits).append(kSuffix);
  file_.commit(name);
  return {std::move(name), file_.size()};
}

bool is_bundle_name(std::string_view name) {
  return name.size() == kNameDigits + kSuffix.size() && name.ends_with(kSuffix) &&
         name.substr(0, kNameDigits).find_first_not_of("0123456789abcdef") == std::string::npos;
}

BundleIndex read_bundle_index(const Descriptor& folder, const std::string& name) {
  const BundleFile file(folder, name);
  if (file.size() < kHeadBytes + kTailBytes) file.damaged("is cut short");
  expect_head(file);
  const Bytes end = file.read(file.size() - kTailBytes, kTailBytes);
  try {
    const Tail tail = take_tail(Reader(end));
    if (tail.index_bytes > file.size() - kHeadBytes - kTailBytes ||
        tail.unpacked > kMostIndexBytes || tail.unpacked > 20'000 * (tail.index_bytes + 1))
      file.damaged("its index is larger than it can be");
    const std::uint64_t at = file.size() - kTailBytes - tail.index_bytes;
    const Bytes stored = file.read(at, tail.index_bytes);
    if (digest_of_index(stored, tail.unpacked) != tail.digest ||
        !name.starts_with(tail.digest.hex().substr(0, kNameDigits)))
      file.damaged("its index is not what was written");
    const Bytes plain = zstd_unpack_with(stored, {}, static_cast<std::size_t>(tail.unpacked));
    return IndexParser(plain, at).run();
  } catch (const FormatError& error) {
    file.damaged(error.what());
  }
}

Bytes read_stored(const Descriptor& folder, const std::string& name, const Frame& frame) {
  const BundleFile file(folder, name);
  Bytes stored = file.read(frame.offset, frame.stored);
  if (Frame::checksum_of(stored) != frame.checksum)
    file.damaged("the " + std::to_string(frame.stored) + " bytes at " +
                 std::to_string(frame.offset) + " are not what was written");
  return stored;
}

}  // namespace normalize::store
