#include "driver/pack/package_writer.h"

#include <algorithm>
#include <utility>

#include "normalizers/bytes/checksum.h"

namespace normalize {

PackageWriter::PackageWriter(OutputFile& out, const Packer& packer, const Reference* reference,
                             WorkerPool& pool, unsigned jobs)
    : out_(out),
      packer_(packer),
      reference_(reference),
      pool_(pool),
      // Enough that no worker waits for the oldest stretch, which may be the slowest.
      most_pending_bytes_(jobs * (std::uint64_t{1} << 20)),
      segmenter_(packer.cut_rule(), [this](Segment segment) { take(std::move(segment)); }) {
  out_.write(packer_.begin());
}

/// Workers may still be at work on segments, which look at us.
PackageWriter::~PackageWriter() {
  for (auto& [packed, bytes] : pending_)
    if (packed.valid()) packed.wait();
}

std::vector<PackageWriter::Packed> PackageWriter::pack(const Stretch& stretch) const {
  const ByteView bytes = stretch.bytes;
  const std::size_t most_window = packer_.cut_rule().window;
  std::vector<Packed> all;
  std::vector<bool> known;
  std::size_t at = stretch.start;
  for (const std::size_t size : stretch.sizes) {
    const std::size_t window = std::min(most_window, at);
    const ByteView own = bytes.subspan(at, size);
    Packed& packed = all.emplace_back(Packed{{}, crc32(own), size, false});
    if (reference_)
      if (const auto found = reference_->find(bytes.subspan(at - window, window), own)) {
        packed.bytes.assign(found->begin(), found->end());
        packed.reused = true;
      }
    known.push_back(packed.reused);
    at += size;
  }
  std::vector<Bytes> fresh = packer_.pack(stretch, known);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!known[i]) all[i].bytes = std::move(fresh[i]);
  return all;
}

void PackageWriter::take(Segment segment) {
  stretch_.add(std::move(segment));
  if (stretch_.own_bytes() >= packer_.stretch_bytes()) pack_stretch();
}

void PackageWriter::pack_stretch() {
  if (stretch_.sizes.empty()) return;
  const std::uint64_t held = stretch_.bytes.size();
  pending_bytes_ += held;
  pending_.emplace_back(
      pool_.run([this, stretch = std::exchange(stretch_, {})] { return pack(stretch); }), held);
  while (pending_bytes_ > most_pending_bytes_ && pending_.size() > 1) write_oldest();
}

void PackageWriter::write_oldest() {
  const std::vector<Packed> all = pending_.front().first.get();
  pending_bytes_ -= pending_.front().second;
  pending_.pop_front();
  for (const Packed& packed : all) {
    crc_ = crc32_joined(crc_, packed.crc, packed.size);
    counts_.bytes += packed.size;
    ++counts_.segments;
    counts_.reused += packed.reused;
    out_.write(packed.bytes);
  }
}

void PackageWriter::finish() {
  segmenter_.finish();
  pack_stretch();
  while (!pending_.empty()) write_oldest();
  out_.write(packer_.end(crc_, counts_.bytes));
}

}  // namespace normalize
