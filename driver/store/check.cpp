#include "driver/store/check.h"

#include <algorithm>
#include <map>
#include <set>

#include "driver/guarded.h"
#include "driver/parallel.h"
#include "driver/tree/memory_gate.h"

namespace normalize::store {
namespace {

constexpr std::uint64_t kMostInMemory = std::uint64_t{256} << 20;

class Checker {
 public:
  Checker(Store& store, unsigned jobs, Progress* progress)
      : store_(store),
        builds_(store.builds(&damaged_builds_)),
        catalogue_(store.catalogue()),
        reader_(store.objects()),
        jobs_(jobs),
        progress_(progress) {}

  std::vector<StoreDamage> run() && {
    for (const std::string& damage : catalogue_.damages()) add({damage, {}});
    check_frames();
    check_builds();
    for (const auto& [what, digests] : broken_.with([](Broken& broken) { return broken; }))
      add({what, builds_that_need(digests)});
    return std::move(damages_);
  }

 private:
  void add(StoreDamage damage) { damages_.push_back(std::move(damage)); }

  std::vector<std::string> builds_that_need(const std::set<Digest>& digests) const {
    std::vector<std::string> builds;
    for (const auto& build : needed_) {
      const auto needs = [&](const Digest& digest) { return build.second.contains(digest); };
      if (std::ranges::any_of(digests, needs)) builds.push_back(build.first);
    }
    return builds;
  }

  std::vector<FrameId> frames() const {
    std::vector<FrameId> ids;
    for (std::size_t bundle = 0; bundle < catalogue_.bundles().size(); ++bundle)
      for (std::size_t i = 0; i < catalogue_.bundles()[bundle].index.frames.size(); ++i)
        ids.push_back({bundle, static_cast<std::uint32_t>(i)});
    return ids;
  }

  void check_frames() {
    for (std::size_t bundle = 0; bundle < catalogue_.bundles().size(); ++bundle)
      for (const Object& object : catalogue_.bundles()[bundle].index.objects)
        objects_[{bundle, object.frame}].push_back(&object);
    const std::vector<FrameId> ids = frames();
    std::uint64_t bytes = 0;
    for (const FrameId id : ids) bytes += catalogue_.frame(id).size;
    if (progress_) progress_->begin("verifying", ids.size(), bytes);
    for_each_index(ids.size(), jobs_, [&](std::size_t i) {
      check_frame(ids[i]);
      add_progress(progress_, catalogue_.frame(ids[i]).size);
    });
  }

  void check_frame(FrameId id) noexcept {
    const auto at = objects_.find(id);
    if (at == objects_.end()) return;
    const Frame& frame = catalogue_.frame(id);
    try {
      const MemoryGate::Pass pass = memory_.enter(
          std::min(frame.references.empty() ? frame.size : 2 * frame.size, 2 * kMostWhole));
      // Of the frame itself, whatever other bundle may have the same objects, too.
      if (frame.coding == Frame::Coding::list) {
        for (const Object* object : at->second) reader_.read(object->digest, [](ByteView) {});
        return;
      }
      const auto bytes = reader_.frame(id);
      for (const Object* object : at->second)
        if (Digest::of(ByteView(*bytes).subspan(static_cast<std::size_t>(object->offset),
                                                static_cast<std::size_t>(object->size))) !=
            object->digest)
          note("object " + object->digest.hex() + " does not have the bytes that it is named by",
               {object});
    } catch (const std::exception& error) {
      note(error.what(), at->second);
    }
  }

  void note(const std::string& what, const std::vector<const Object*>& objects) {
    broken_.with([&](Broken& broken) {
      for (const Object* object : objects) broken[what].insert(object->digest);
    });
  }

  void check_builds() {
    for (const BuildInfo& info : builds_) {
      try {
        check_build(info);
      } catch (const DamageError& error) {
        add({error.what(), {info.name}});
      }
    }
    for (const std::string& damage : damaged_builds_) add({damage, {}});
  }

  void check_build(const BuildInfo& info) {
    std::set<Digest>& needed = needed_[info.name];
    needed.insert(info.list);
    std::set<Digest> missing;
    for (const BuildName& name : store_.read(info)) {
      if (!name.is_file()) continue;
      for (const FileBytes& bytes : {name.bytes, name.original_bytes}) {
        needed.insert(bytes.digest);
        if (!catalogue_.find(bytes.digest)) missing.insert(bytes.digest);
      }
    }
    broken_.with([&](Broken& broken) {
      for (const Digest& digest : missing)
        broken["object " + digest.hex() + " is not in the store"].insert(digest);
    });
  }

  Store& store_;
  std::vector<std::string> damaged_builds_;
  // Before the catalogue: what a writer adds meanwhile is in neither, or in the catalogue alone.
  const std::vector<BuildInfo> builds_;
  const Catalogue& catalogue_;
  ObjectReader& reader_;
  const unsigned jobs_;
  Progress* const progress_;
  MemoryGate memory_{kMostInMemory};
  std::map<FrameId, std::vector<const Object*>> objects_;
  using Broken = std::map<std::string, std::set<Digest>>;  // what is wrong, with which objects
  Guarded<Broken> broken_;
  std::map<std::string, std::set<Digest>> needed_;  // by the builds
  std::vector<StoreDamage> damages_;
};

}  // namespace

std::vector<StoreDamage> check(Store& store, unsigned jobs, Progress* progress) {
  return Checker(store, jobs, progress).run();
}

}  // namespace normalize::store
