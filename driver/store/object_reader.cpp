#include "driver/store/object_reader.h"

#include "driver/store/delta/delta.h"
#include "normalizers/codec/zstd_reference.h"

namespace normalize::store {
namespace {

/// A chain cannot be longer in a store that was written as it should be.
constexpr unsigned kMostNesting = 4 * Catalogue::kMostDepth;
/// More of what is kept than this in one piece would leave little room for others.
constexpr std::size_t kMostKeptAtOnce = std::size_t{8} << 20;

[[noreturn]] void missing(const Digest& digest) {
  throw DamageError("object " + digest.hex() + " is not in the store");
}

/// A reference that leads to itself would never end.
class Nesting {
 public:
  Nesting() {
    if (++depth_ > kMostNesting) {
      --depth_;
      throw DamageError("objects refer to each other without an end");
    }
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { --depth_; }

 private:
  static thread_local unsigned depth_;
};
thread_local unsigned Nesting::depth_ = 0;

}  // namespace

ObjectReader::Held ObjectReader::object(const Digest& digest) {
  const auto found = catalogue_.find(digest);
  if (!found) missing(digest);
  std::shared_ptr<const Bytes> bytes = frame(found->id);
  const ByteView part = ByteView(*bytes).subspan(static_cast<std::size_t>(found->object->offset),
                                                 static_cast<std::size_t>(found->object->size));
  return {std::move(bytes), part};
}

ObjectReader::Held ObjectReader::checked(const Digest& digest) {
  Held held = object(digest);
  if (Digest::of(held.bytes) != digest)
    throw DamageError("object " + digest.hex() + " does not have the bytes that it is named by");
  return held;
}

void ObjectReader::read(const Digest& digest, const std::function<void(ByteView)>& use) {
  const auto found = catalogue_.find(digest);
  if (!found) missing(digest);
  const Frame& frame = catalogue_.frame(found->id);
  if (frame.coding != Frame::Coding::list) return use(checked(digest).bytes);
  RunningDigest all;
  for (const Digest& part : frame.references) {
    const Held held = checked(part);
    all.add(held.bytes);
    use(held.bytes);
  }
  if (Digest::from(all.finish()) != digest)
    throw DamageError("object " + digest.hex() + " does not have the bytes that it is named by");
}

std::shared_ptr<const Bytes> ObjectReader::frame(FrameId id) {
  if (auto bytes = kept(id)) return bytes;
  auto bytes = std::make_shared<const Bytes>(unpack(id));
  keep(id, bytes);
  return bytes;
}

Bytes ObjectReader::unpack(FrameId id) {
  const Nesting nesting;
  const Frame& frame = catalogue_.frame(id);
  const std::string& bundle = catalogue_.bundle_name(id);
  if (frame.coding == Frame::Coding::list || frame.size > kMostWhole)
    throw DamageError("bundle " + bundle + ": a frame is larger than one can be");
  Held single;
  Bytes gathered;
  ByteView references;
  if (frame.references.size() == 1) {
    single = object(frame.references.front());
    references = single.bytes;
  } else if (!frame.references.empty()) {
    gathered = references_of(frame);
    references = gathered;
  }
  const Bytes stored = read_stored(catalogue_.folder(), bundle, frame);
  try {
    const auto size = static_cast<std::size_t>(frame.size);
    return frame.coding == Frame::Coding::delta ? decode_delta(stored, references, size)
                                                : zstd_unpack_with(stored, references, size);
  } catch (const FormatError& error) {
    throw DamageError("bundle " + bundle + ": " + error.what());
  }
}

Bytes ObjectReader::references_of(const Frame& frame) {
  Bytes bytes;
  for (const Digest& digest : frame.references) {
    const Held held = object(digest);
    if (held.bytes.size() > kMostWhole - bytes.size())
      throw DamageError("a frame refers to more than it can");
    bytes.insert(bytes.end(), held.bytes.begin(), held.bytes.end());
  }
  return bytes;
}

std::shared_ptr<const Bytes> ObjectReader::kept(FrameId id) {
  return kept_.with([&](Kept& kept) -> std::shared_ptr<const Bytes> {
    const auto found = kept.entries.find(id);
    if (found == kept.entries.end()) return nullptr;
    kept.order.splice(kept.order.begin(), kept.order, found->second.place);
    return found->second.bytes;
  });
}

void ObjectReader::keep(FrameId id, const std::shared_ptr<const Bytes>& bytes) {
  if (bytes->size() > kMostKeptAtOnce) return;
  kept_.with([&](Kept& kept) {
    kept.order.push_front(id);
    const auto [entry, is_new] = kept.entries.emplace(id, Kept::Entry{bytes, kept.order.begin()});
    if (!is_new) return kept.order.pop_front();
    kept.bytes += bytes->size();
    while (kept.bytes > most_kept_) {
      const auto last = kept.entries.find(kept.order.back());
      kept.bytes -= last->second.bytes->size();
      kept.entries.erase(last);
      kept.order.pop_back();
    }
  });
}

}  // namespace normalize::store
