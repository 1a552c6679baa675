#include "driver/store/collect.h"

#include <set>

namespace normalize::store {
namespace {

class Collector {
 public:
  explicit Collector(Store& store) : store_(store), catalogue_(store.catalogue()) {}

  Collected run() {
    if (!catalogue_.damages().empty()) throw DamageError(catalogue_.damages().front());
    for (const BuildInfo& info : store_.builds()) {
      need(info.list);
      for (const BuildName& name : store_.read(info)) {
        if (!name.is_file()) continue;
        need(name.bytes.digest);
        need(name.original_bytes.digest);
      }
    }
    for (std::size_t i = 0; i < catalogue_.bundles().size(); ++i) settle(i);
    if (!obsolete_.empty()) remove_obsolete();
    return result_;
  }

 private:
  /// The object's frame, and all that has to be unpacked before it.
  void need(const Digest& digest) {
    std::vector<Digest> open{digest};
    while (!open.empty()) {
      const auto found = catalogue_.find(open.back());
      if (!found) throw DamageError("object " + open.back().hex() + " is not in the store");
      open.pop_back();
      if (!needed_.insert(found->id).second) continue;
      const std::vector<Digest>& references = catalogue_.frame(found->id).references;
      open.insert(open.end(), references.begin(), references.end());
    }
  }

  static std::uint64_t bytes_in(const Catalogue::Bundle& bundle) {
    std::uint64_t bytes = 0;
    for (const Frame& frame : bundle.index.frames) bytes += frame.stored;
    return bytes;
  }

  void settle(std::size_t bundle) {
    const Catalogue::Bundle& old = catalogue_.bundles()[bundle];
    const std::size_t count = old.index.frames.size();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) kept += needed_.contains(id_of(bundle, i)) ? 1U : 0U;
    const std::uint64_t bytes = bytes_in(old);
    result_.bytes_before += bytes;
    result_.bytes_after += bytes;
    if (kept == count) return;
    result_.bytes_after -= bytes;
    obsolete_.insert(old.name);
    if (kept == 0) return;
    BundleWriter out(store_.bundles());
    for (std::size_t i = 0; i < count; ++i)
      if (needed_.contains(id_of(bundle, i))) out.add(frame_of(old, i));
    const BundleWriter::Written written = out.commit();
    obsolete_.erase(written.name);
    for (std::size_t i = 0; i < count; ++i)
      if (needed_.contains(id_of(bundle, i))) result_.bytes_after += old.index.frames[i].stored;
  }

  static FrameId id_of(std::size_t bundle, std::size_t frame) {
    return {bundle, static_cast<std::uint32_t>(frame)};
  }

  /// As it is stored, once it is sure that it is as it was written.
  NewFrame frame_of(const Catalogue::Bundle& bundle, std::size_t index) {
    NewFrame frame{bundle.index.frames[index], {}, {}};
    frame.stored = read_stored(store_.bundles(), bundle.name, frame.frame);
    for (const Object& object : bundle.index.objects)
      if (object.frame == index) frame.objects.push_back(object);
    return frame;
  }

  void remove_obsolete() {
    store_.keep_readers_out();
    for (const std::string& name : obsolete_)
      if (::unlinkat(store_.bundles().get(), name.c_str(), 0) != 0) throw_errno(name);
    flush_folder(store_.bundles());
  }

  Store& store_;
  const Catalogue& catalogue_;
  std::set<FrameId> needed_;
  std::set<std::string> obsolete_;  // names of bundles
  Collected result_;
};

}  // namespace

Collected collect(Store& store) { return Collector(store).run(); }

}  // namespace normalize::store
