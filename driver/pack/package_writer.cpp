#include "driver/pack/package_writer.h"

#include "normalizers/bytes/checksum.h"

namespace normalize {

PackageWriter::PackageWriter(OutputFile& out, const Packer& packer, const Reference* reference,
                             WorkerPool& pool, unsigned jobs)
    : out_(out),
      packer_(packer),
      reference_(reference),
      pool_(pool),
      // Enough that no worker waits for the oldest segment, which may be the slowest.
      most_pending_bytes_(jobs * (std::uint64_t{1} << 20)),
      segmenter_(packer.cut_rule(), [this](Segment segment) { take(std::move(segment)); }) {
  out_.write(packer_.begin());
}

/// Workers may still be at work on segments, which look at us.
PackageWriter::~PackageWriter() {
  for (auto& [packed, bytes] : pending_)
    if (packed.valid()) packed.wait();
}

PackageWriter::Packed PackageWriter::pack(const Segment& segment) const {
  const ByteView own = segment.own();
  Packed packed{{}, crc32(own), own.size(), false};
  if (const auto known = reference_ ? reference_->find(segment) : std::nullopt) {
    packed.bytes.assign(known->begin(), known->end());
    packed.reused = true;
  } else {
    packed.bytes = packer_.pack(segment);
  }
  return packed;
}

void PackageWriter::take(Segment segment) {
  const std::uint64_t held = segment.bytes.size();
  pending_bytes_ += held;
  pending_.emplace_back(pool_.run([this, segment = std::move(segment)] { return pack(segment); }),
                        held);
  while (pending_bytes_ > most_pending_bytes_ && pending_.size() > 1) write_oldest();
}

void PackageWriter::write_oldest() {
  const Packed packed = pending_.front().first.get();
  pending_bytes_ -= pending_.front().second;
  pending_.pop_front();
  crc_ = crc32_joined(crc_, packed.crc, packed.size);
  counts_.bytes += packed.size;
  ++counts_.segments;
  counts_.reused += packed.reused;
  out_.write(packed.bytes);
}

void PackageWriter::finish() {
  segmenter_.finish();
  while (!pending_.empty()) write_oldest();
  out_.write(packer_.end(crc_, counts_.bytes));
}

}  // namespace normalize
