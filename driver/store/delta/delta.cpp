// A delta has three parts, each behind its size: the matches in numbers of seven bits a byte,
// packed by zstd; what differs within them, by DifferenceModel; what was added, packed by zstd.

#include "driver/store/delta/delta.h"

#include "driver/store/delta/difference_model.h"
#include "driver/store/delta/matches.h"
#include "driver/store/numbers.h"
#include "normalizers/codec/zstd_reference.h"

namespace normalize::store {
namespace {

/// Effort that pays for what is small.
constexpr std::size_t kThoroughBytes = std::size_t{512} << 10;
constexpr int kThoroughLevel = 19, kQuickLevel = 9;

/// How many matches there may be, so that a damaged delta takes no more memory than another.
constexpr std::size_t kMostMatchBytes = 3 * 5;  // three numbers of less than 2^32
std::size_t most_matches(std::size_t size) { return size / 16 + 16; }

struct KnownTarget {
  static constexpr bool kKnown = true;
  const std::byte* bytes;

  bool equals(const std::byte* reference, std::size_t count) const {
    return std::memcmp(bytes, reference, count) == 0;
  }
  std::uint8_t difference(std::size_t i, std::uint8_t old) const {
    return static_cast<std::uint8_t>(std::to_integer<std::uint8_t>(bytes[i]) - old);
  }
  void copy(const std::byte*, std::size_t) const {}
  void set(std::size_t, std::uint8_t, std::uint8_t) const {}
};

struct UnknownTarget {
  static constexpr bool kKnown = false;
  std::byte* bytes;

  void copy(const std::byte* reference, std::size_t count) const {
    std::memcpy(bytes, reference, count);
  }
  void set(std::size_t i, std::uint8_t old, std::uint8_t difference) const {
    bytes[i] = static_cast<std::byte>(old + difference);
  }
};

/// Calls `block(reference, target, count)` for the runs of 64 bytes of a copy.
template <typename Byte, typename Use>
void for_each_block(const std::byte* reference, Byte* target, std::size_t count, Use use) {
  for (std::size_t at = 0; at < count; at += DifferenceModel::kBlock)
    use(reference + at, target + at, std::min(count - at, DifferenceModel::kBlock));
}

class Encoder {
 public:
  Encoder(ByteView reference, ByteView target) : reference_(reference), target_(target) {}

  Bytes run() {
    std::vector<Match> matches;
    find_matches(reference_, target_, [&](const Match& match) { matches.push_back(match); });
    // Matches that short would cost more than they save.
    if (matches.size() > most_matches(target_.size())) matches = {{0, 0, target_.size()}};
    for (const Match& match : matches) add(match);
    Bytes delta;
    append_part(delta, packed(numbers_), numbers_.size());
    const Bytes differences = std::move(coder_).finish();
    append_part(delta, differences, differences.size());
    append_part(delta, packed(added_), added_.size());
    return delta;
  }

 private:
  void add(const Match& match) {
    append_number(numbers_, match.copied);
    append_number(numbers_, match.added);
    append_signed(numbers_, static_cast<std::int64_t>(match.from) - expected_from_);
    expected_from_ = static_cast<std::int64_t>(match.from + match.copied);
    for_each_block(reference_.data() + match.from, target_.data() + at_, match.copied,
                   [&](const std::byte* old, const std::byte* bytes, std::size_t count) {
                     model_.block(old, count, KnownTarget{bytes}, [&](bool bit, auto chance) {
                       coder_.put(bit, chance);
                       return bit;
                     });
                   });
    at_ += match.copied;
    const ByteView added = target_.subspan(at_, match.added);
    added_.insert(added_.end(), added.begin(), added.end());
    at_ += match.added;
  }

  static Bytes packed(const Bytes& bytes) {
    if (bytes.empty()) return {};
    return zstd_pack_with(bytes, {}, bytes.size() < kThoroughBytes ? kThoroughLevel : kQuickLevel);
  }

  static void append_part(Bytes& delta, const Bytes& part, std::size_t unpacked) {
    append_number(delta, unpacked);
    append_number(delta, part.size());
    delta.insert(delta.end(), part.begin(), part.end());
  }

  const ByteView reference_, target_;
  std::size_t at_ = 0;
  std::int64_t expected_from_ = 0;
  Bytes numbers_, added_;  // of the matches; what they add
  DifferenceModel model_;
  RangeEncoder coder_;
};

class Decoder {
 public:
  Decoder(ByteView delta, ByteView reference, std::size_t size)
      : reference_(reference), size_(size) {
    Reader in(delta);
    // What a part unpacks to is bounded by what it can be for a target of this size.
    matches_ = unpacked(in, "matches", kMostMatchBytes * most_matches(size));
    take_number(in, "size of the differences");
    differences_ = in.take(take_number(in, "size of the differences"), "differences");
    added_ = unpacked(in, "added bytes", size);
    if (in.remaining() > 0) in.fail("bytes behind the delta");
  }

  Bytes run() {
    Bytes target(size_);
    RangeDecoder coder(differences_);
    DifferenceModel model;
    Reader matches(matches_), added(added_);
    std::size_t at = 0;
    std::int64_t from = 0;
    while (matches.remaining() > 0) {
      const Match match = take_match(matches, from, size_ - at);
      from += static_cast<std::int64_t>(match.copied);
      for_each_block(reference_.data() + match.from, target.data() + at, match.copied,
                     [&](const std::byte* old, std::byte* bytes, std::size_t count) {
                       model.block(old, count, UnknownTarget{bytes},
                                   [&](bool, auto chance) { return coder.take(chance); });
                     });
      at += match.copied;
      const ByteView bytes = added.take(match.added, "added bytes");
      std::ranges::copy(bytes, target.begin() + static_cast<std::ptrdiff_t>(at));
      at += match.added;
    }
    if (at != size_) matches.fail("the delta ends too early");
    return target;
  }

 private:
  static Bytes unpacked(Reader& in, std::string_view what, std::uint64_t most) {
    const std::uint64_t size = take_number(in, what);
    if (size > most) in.fail(std::string(what) + ": too many");
    const ByteView part = in.take(take_number(in, what), what);
    if (size == 0) return {};
    return zstd_unpack_with(part, {}, static_cast<std::size_t>(size));
  }

  Match take_match(Reader& in, std::int64_t& from, std::size_t left) const {
    const std::uint64_t copied = take_number(in, "length of a copy");
    const std::uint64_t added = take_number(in, "length of an addition");
    const std::int64_t step = take_signed(in, "place of a copy");
    if (copied > left || added > left - copied) in.fail("the delta is too long");
    const auto end = static_cast<std::int64_t>(reference_.size());
    if (step < -from || step > end - from) in.fail("a copy from outside of the reference");
    from += step;
    if (copied > static_cast<std::uint64_t>(end - from))
      in.fail("a copy from outside of the reference");
    return {static_cast<std::size_t>(from), static_cast<std::size_t>(copied),
            static_cast<std::size_t>(added)};
  }

  const ByteView reference_;
  const std::size_t size_;
  Bytes matches_, added_;
  ByteView differences_;
};

}  // namespace

Bytes encode_delta(ByteView reference, ByteView target) { return Encoder(reference, target).run(); }

Bytes decode_delta(ByteView delta, ByteView reference, std::size_t size) {
  return Decoder(delta, reference, size).run();
}

}  // namespace normalize::store
