#include "driver/store/survey.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <unordered_set>

#include "driver/guarded.h"
#include "driver/parallel.h"
#include "driver/store/object_reader.h"
#include "driver/tree/memory_gate.h"

namespace normalize::store {
namespace {

/// Neighbours, which share a folder, are one worker's.
constexpr std::size_t kChunkNames = 16;
/// How many bytes of files all workers hold at a time, and how many of new ones are kept.
constexpr std::uint64_t kMostBytesHeld = std::uint64_t{192} << 20;
constexpr std::uint64_t kMostBytesKept = std::uint64_t{64} << 20;

/// What tells of this one inode on this one machine.
bool is_local(const std::pair<std::string, std::string>& attribute) {
  return attribute.first == "security.evm";
}

class Surveyor {
 public:
  Surveyor(const NormalTree& tree, const Catalogue& catalogue, Progress* progress)
      : tree_(tree),
        catalogue_(catalogue),
        progress_(progress),
        names_(tree.size()),
        reports_(tree.size()),
        new_(tree.size()) {}

  void look_at_chunk(std::size_t first) {
    OpenFolder folder = tree_.folder();
    for (std::size_t i = first; i < std::min(first + kChunkNames, tree_.size()); ++i) {
      look_at(i, folder);
      add_progress(progress_, tree_.size_on_disk(i));
    }
  }

  Survey finish() && {
    Survey result;
    for (const Tree::Failure& failure : tree_.failures()) {
      FileReport& report = result.reports.emplace_back();
      report.path = failure.path;
      fail(report, failure.error);
    }
    for (std::size_t i = 0; i < tree_.size(); ++i) follow_link(i);
    for (FileReport& report : reports_)
      if (!report.error.empty() || !report.journal.remarks.empty())
        result.reports.push_back(std::move(report));
    result.complete = std::ranges::none_of(result.reports, [](const FileReport& report) {
      return report.outcome == FileReport::Outcome::failed;
    });
    result.build = std::move(names_);
    result.objects = objects();
    return result;
  }

 private:
  static void fail(FileReport& report, const std::string& error) {
    report.outcome = FileReport::Outcome::failed;
    report.error = error;
  }

  void look_at(std::size_t index, OpenFolder& folder) noexcept {
    BuildName& name = names_[index];
    try {
      name.path = tree_.path(index);
      NormalTree::Names names = tree_.look_twice(index, folder);
      name.has_holes = names.normal.has_holes && tree_.is_file(index);
      name.normal = std::move(names.normal);
      name.original = std::move(names.on_disk);
      name.normal.uname = name.normal.gname = "";
      name.attributes = tree_.attributes(index, folder);
      std::erase_if(name.attributes, is_local);
      if (tree_.is_file(index) && !tree_.link_to(index)) read(index, folder);
    } catch (const std::exception& error) {
      reports_[index].path = tree_.full_path(index);
      fail(reports_[index], error.what());
    }
  }

  void read(std::size_t index, OpenFolder& folder) {
    const std::uint64_t most = std::min(tree_.size_on_disk(index), 2 * kMostWhole);
    const MemoryGate::Pass pass = memory_.enter(tree_.is_claimed(index) ? 2 * most : most);
    const std::unique_ptr<NormalFile> file = tree_.open(index, folder);
    reports_[index] = file->report();
    reports_[index].journal.findings.clear();
    BuildName& name = names_[index];
    // The normal form first: the other one refers to it.
    name.bytes = take(index, *file, Form::normal);
    name.original_bytes = is_changed(*file) ? take(index, *file, Form::original) : name.bytes;
    for (NewObject& object : new_[index]) object.normal_bytes = name.bytes;
  }

  FileBytes take(std::size_t index, NormalFile& file, Form form) {
    const std::uint64_t size =
        form == Form::normal ? file.size() : static_cast<std::uint64_t>(file.status().st_size);
    if (size > kMostWhole) return take_large(index, file, form);
    Bytes bytes = bytes_of(file, form);
    NewObject object{{bytes.size(), Digest::of(bytes)}, index, form, {}, {}, std::nullopt};
    const FileBytes found = object.bytes;
    if (catalogue_.find(found.digest)) return found;
    if (!is_first(found.digest)) return new_[index].push_back(std::move(object)), found;
    if (form == Form::normal) object.sketch = Sketch::of(bytes);  // others are like their own
    if (kept_bytes_.fetch_add(bytes.size()) + bytes.size() <= kMostBytesKept)
      object.kept = std::move(bytes);
    else
      kept_bytes_ -= bytes.size();
    new_[index].push_back(std::move(object));
    return found;
  }

  FileBytes take_large(std::size_t index, NormalFile& file, Form form) {
    RunningDigest digest;
    FileBytes found;
    const auto add = [&](ByteView part) {
      digest.add(part);
      found.size += part.size();
    };
    if (form == Form::normal)
      file.read(add);
    else
      for_each_part(file.as_it_is(), [&](ByteView part) { return add(part), true; });
    found.digest = Digest::from(digest.finish());
    if (!catalogue_.find(found.digest))
      new_[index].push_back({found, index, form, {}, {}, std::nullopt});
    return found;
  }

  /// Equal files are looked at closely once.
  bool is_first(const Digest& digest) {
    return seen_.with([&](auto& seen) { return seen.insert(digest).second; });
  }

  /// Each object by the first of its names, whoever met it first.
  std::vector<NewObject> objects() {
    std::vector<NewObject> objects;
    std::unordered_map<Digest, std::size_t, DigestHash> places;
    for (std::vector<NewObject>& found : new_)
      for (NewObject& object : found) {
        const auto [place, is_new] = places.emplace(object.bytes.digest, objects.size());
        if (is_new) {
          objects.push_back(std::move(object));
        } else if (!object.sketch.empty() || object.kept) {
          objects[place->second].sketch = object.sketch;
          objects[place->second].kept = std::move(object.kept);
        }
      }
    return objects;
  }

  void follow_link(std::size_t index) {
    const auto first = tree_.link_to(index);
    if (!first) return;
    names_[index].hard_link = names_[*first].path;
    names_[index].bytes = names_[*first].bytes;
    names_[index].original_bytes = names_[*first].original_bytes;
  }

  const NormalTree& tree_;
  const Catalogue& catalogue_;
  Progress* const progress_;
  MemoryGate memory_{kMostBytesHeld};
  std::atomic<std::uint64_t> kept_bytes_ = 0;
  Guarded<std::unordered_set<Digest, DigestHash>> seen_;
  // Each written by whoever looks at that name, alone:
  Build names_;
  std::vector<FileReport> reports_;
  std::vector<std::vector<NewObject>> new_;
};

bool same(const NormalName& a, const NormalName& b) {
  return a.type == b.type && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid &&
         a.mtime == b.mtime && a.target == b.target;
}

}  // namespace

std::uint64_t Survey::files() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      build, [](const BuildName& name) { return name.is_file() && name.hard_link.empty(); }));
}

std::uint64_t Survey::bytes() const {
  std::uint64_t sum = 0;
  for (const BuildName& name : build)
    if (name.is_file() && name.hard_link.empty()) sum += name.original_bytes.size;
  return sum;
}

Survey survey(const NormalTree& tree, const Catalogue& catalogue, unsigned jobs,
              Progress* progress) {
  Surveyor surveyor(tree, catalogue, progress);
  for_each_index((tree.size() + kChunkNames - 1) / kChunkNames, jobs,
                 [&](std::size_t chunk) { surveyor.look_at_chunk(chunk * kChunkNames); });
  return std::move(surveyor).finish();
}

Bytes bytes_of(NormalFile& file, Form form) {
  Bytes bytes;
  const auto append = [&](ByteView part) { bytes.insert(bytes.end(), part.begin(), part.end()); };
  if (form == Form::normal || !is_changed(file)) {
    bytes.reserve(static_cast<std::size_t>(file.size()));
    file.read(append);
  } else {
    for_each_part(file.as_it_is(), [&](ByteView part) { return append(part), true; });
  }
  return bytes;
}

bool is_changed(const NormalFile& file) {
  return file.report().outcome == FileReport::Outcome::changed;
}

void expect_unchanged(const NormalTree& tree, const Build& build) {
  OpenFolder folder = tree.folder();
  for (std::size_t i = 0; i < build.size(); ++i) {
    try {
      const NormalName now = tree.look_twice(i, folder).on_disk;
      const bool same_size = !tree.is_file(i) || now.size == build[i].original_bytes.size;
      if (!same(now, build[i].original) || !same_size) throw ChangedMeanwhile();
    } catch (const std::exception& error) {
      throw std::runtime_error(tree.full_path(i) + ": " + error.what());
    }
  }
}

}  // namespace normalize::store
