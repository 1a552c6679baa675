#include "driver/manifest/describe.h"

#include <algorithm>

#include "driver/parallel.h"
#include "driver/tree/memory_gate.h"
#include "normalizers/bytes/digest.h"

namespace normalize {
namespace {

/// Neighbours, which share a folder, are one worker's; more at a time leave others without work.
constexpr std::size_t kChunkNames = 16;
/// How many bytes of claimed files all workers hold at a time.
constexpr std::uint64_t kMostBytesHeld = std::uint64_t{1} << 30;

class Describer {
 public:
  using Use = std::function<void(std::size_t, const Described&)>;

  Describer(const NormalTree& tree, const std::vector<std::string>& algorithms, const Use& use)
      : tree_(tree), algorithms_(algorithms), use_(use), reports_(tree.size()) {}

  void describe_chunk(std::size_t first) {
    OpenFolder folder = tree_.folder();
    for (std::size_t i = first; i < std::min(first + kChunkNames, tree_.size()); ++i) {
      describe(i, folder);
      tree_.add_progress(i);
    }
  }

  /// Those with something to say, behind the names that the walk could not look at.
  std::vector<FileReport> reports() && {
    std::vector<FileReport> told;
    for (const Tree::Failure& failure : tree_.failures())
      told.push_back(failed(failure.path, failure.error));
    for (FileReport& report : reports_)
      if (!report.error.empty() || !report.journal.remarks.empty())
        told.push_back(std::move(report));
    return told;
  }

 private:
  static FileReport failed(std::string path, std::string error) {
    FileReport report;
    report.path = std::move(path);
    report.outcome = FileReport::Outcome::failed;
    report.error = std::move(error);
    return report;
  }

  void describe(std::size_t index, OpenFolder& folder) noexcept {
    try {
      Described described{tree_.look(index, folder), 0, {}};
      if (tree_.is_file(index)) read(index, folder, described);
      if (reports_[index].outcome != FileReport::Outcome::failed) use_(index, described);
    } catch (const std::exception& error) {
      reports_[index] = failed(tree_.full_path(index), error.what());
    }
  }

  void read(std::size_t index, OpenFolder& folder, Described& described) {
    const MemoryGate::Pass pass =
        memory_.enter(tree_.is_claimed(index) ? tree_.size_on_disk(index) : 0);
    const std::unique_ptr<NormalFile> file = tree_.open(index, folder);
    described.size = file->size();
    reports_[index] = file->report();
    reports_[index].journal.findings.clear();
    if (algorithms_.empty()) return;
    std::vector<RunningDigest> digests(algorithms_.begin(), algorithms_.end());
    file->read([&](ByteView part) {
      for (RunningDigest& digest : digests) digest.add(part);
    });
    for (RunningDigest& digest : digests) described.digests.push_back(hexadecimal(digest.finish()));
  }

  const NormalTree& tree_;
  const std::vector<std::string>& algorithms_;
  const Use& use_;
  MemoryGate memory_{kMostBytesHeld};
  std::vector<FileReport> reports_;  // each written by whoever describes that name, alone
};

}  // namespace

std::vector<FileReport> describe(const NormalTree& tree, const std::vector<std::string>& algorithms,
                                 unsigned jobs,
                                 const std::function<void(std::size_t, const Described&)>& use) {
  tree.begin_step("reading");
  Describer describer(tree, algorithms, use);
  for_each_index((tree.size() + kChunkNames - 1) / kChunkNames, jobs,
                 [&](std::size_t chunk) { describer.describe_chunk(chunk * kChunkNames); });
  return std::move(describer).reports();
}

}  // namespace normalize
