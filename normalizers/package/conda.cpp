// Packages of conda (conda-build's "Conda package specification"): a tar with what is installed and
// metadata in info/, or, in a .conda file, two of them in a zip archive, which normalizers/zip/ has
// the better of. `timestamp` of info/index.json is lowered to the epoch; info/paths.json follows
// what becomes of the files.

#include <algorithm>

#include "normalizers/package/conda_paths.h"
#include "normalizers/package/kinds.h"

namespace normalize::package {
namespace {

constexpr std::string_view kIndex = "info/index.json", kPaths = "info/paths.json";

class Conda final : public Package {
 public:
  Conda(const tar::Archive& archive, Context& context) : archive_(archive), context_(context) {}

  bool is_list(const tar::Entry& entry) const override { return entry.name == kPaths; }

  std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) override {
    if (entry.name == kIndex)
      return rewritten(entry, update_conda_index(entry.data, context_, entry.name));
    std::optional<Content> after = registry(entry);
    if (entry.name == kPaths) return after ? after : settle_paths(entry);
    if (after)
      paths_.changed(entry.name, entry.data, *after);
    else
      paths_.left(entry.name);
    return after;
  }

 private:
  std::optional<Content> settle_paths(const tar::Entry& entry) {
    for (const tar::Entry& file : archive_.entries)
      if (file.is_plain_file()) paths_.found(file.name, file.data);
    return rewritten(entry, paths_.update(entry.data, context_, entry.name));
  }

  std::optional<Content> rewritten(const tar::Entry& entry, std::optional<Content> after) {
    if (after) context_.rewrote(entry.name, entry.data, *after);
    return after;
  }

  const tar::Archive& archive_;
  Context& context_;
  CondaPaths paths_;
};

}  // namespace

std::unique_ptr<Package> open_conda(const tar::Archive& archive, Context& context) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(archive.entries, [&](const tar::Entry& entry) {
      return entry.name == name && entry.is_plain_file();
    });
  };
  if (!has(kIndex) && !has(kPaths)) return nullptr;
  if (!has(kPaths) && !has("info/files")) return nullptr;
  return std::make_unique<Conda>(archive, context);
}

}  // namespace normalize::package
