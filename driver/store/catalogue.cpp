#include "driver/store/catalogue.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <memory>

#include "driver/tree/temporary_name.h"

namespace normalize::store {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

/// Those that `wanted` wants.
template <typename Wanted>
std::vector<std::string> names_in(const Descriptor& folder, Wanted wanted) {
  Descriptor again = open_at(folder.get(), ".", O_RDONLY | O_DIRECTORY);
  const std::unique_ptr<DIR, CloseFolder> stream(again ? ::fdopendir(again.get()) : nullptr);
  if (!stream) throw_errno("cannot read a folder of the store");
  again.release();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (!entry && errno != 0) throw_errno("cannot read a folder of the store");
    if (!entry) break;
    if (wanted(std::string_view(entry->d_name))) names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::vector<std::string> names_in(const Descriptor& folder) {
  return names_in(folder, [](std::string_view name) { return !name.starts_with('.'); });
}

std::vector<std::string> temporaries_in(const Descriptor& folder) {
  return names_in(folder, is_temporary_name);
}

Catalogue::Catalogue(const Descriptor& folder) : folder_(folder) {
  for (const std::string& name : names_in(folder)) {
    if (!is_bundle_name(name)) continue;
    try {
      bundles_.push_back({name, read_bundle_index(folder, name)});
    } catch (const DamageError& error) {
      damages_.emplace_back(error.what());
      continue;
    }
    const auto bundle = static_cast<std::uint32_t>(bundles_.size() - 1);
    const std::vector<Object>& objects = bundles_.back().index.objects;
    for (std::size_t i = 0; i < objects.size(); ++i)
      places_.emplace(objects[i].digest, Place{bundle, static_cast<std::uint32_t>(i)});
  }
}

std::optional<Catalogue::Found> Catalogue::find(const Digest& digest) const {
  const auto place = places_.find(digest);
  if (place == places_.end()) return std::nullopt;
  const Object& object = bundles_[place->second.bundle].index.objects[place->second.object];
  return Found{{place->second.bundle, object.frame}, &object};
}

std::optional<Digest> Catalogue::base_for(const Digest& digest) const {
  Digest base = digest;
  for (unsigned step = 0; step <= 2 * kMostDepth; ++step) {
    const auto found = find(base);
    if (!found || frame(found->id).coding == Frame::Coding::list) return std::nullopt;
    const Frame& frame = this->frame(found->id);
    if (frame.depth == 0 || (step == 0 && frame.depth < kMostDepth)) return base;
    if (found->object->base == Object::kNoBase) return std::nullopt;
    base = frame.references[found->object->base - 1];
  }
  return std::nullopt;
}

}  // namespace normalize::store
