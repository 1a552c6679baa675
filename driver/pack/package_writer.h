#pragma once

#include <deque>
#include <optional>

#include "driver/pack/output_file.h"
#include "driver/pack/packer.h"
#include "driver/pack/reference.h"
#include "driver/pack/worker_pool.h"

namespace normalize {

/// Packs a tar stream into a file: cut into segments, stretches of which are packed by workers and
/// written in their order. The same bytes for any number of workers.
class PackageWriter {
 public:
  /// What it is given outlives it; `reference` may be null.
  PackageWriter(OutputFile& out, const Packer& packer, const Reference* reference, WorkerPool& pool,
                unsigned jobs);
  PackageWriter(const PackageWriter&) = delete;
  PackageWriter& operator=(const PackageWriter&) = delete;
  ~PackageWriter();

  /// A member of the tar begins, `size` bytes with header and padding.
  void begin(std::string_view name, std::uint64_t size, bool is_file) {
    segmenter_.begin(name, size, is_file);
  }
  /// Throws what writing throws.
  void add(ByteView bytes) { segmenter_.add(bytes); }
  void finish();

  struct Counts {
    std::uint64_t bytes = 0;  // of the stream
    std::size_t segments = 0;
    std::size_t reused = 0;  // taken from the reference
  };
  const Counts& counts() const { return counts_; }

 private:
  struct Packed {
    Bytes bytes;
    std::uint32_t crc = 0;
    std::uint64_t size = 0;  // of what was packed
    bool reused = false;
  };
  std::vector<Packed> pack(const Stretch& stretch) const;
  void take(Segment segment);
  void pack_stretch();
  void write_oldest();

  OutputFile& out_;
  const Packer& packer_;
  const Reference* const reference_;
  WorkerPool& pool_;
  const std::uint64_t most_pending_bytes_;
  Segmenter segmenter_;
  Stretch stretch_;  // what is not yet given to a worker
  std::deque<std::pair<std::future<std::vector<Packed>>, std::uint64_t>> pending_;  // and its bytes
  std::uint64_t pending_bytes_ = 0;
  std::uint32_t crc_ = 0;
  Counts counts_;
};

}  // namespace normalize
