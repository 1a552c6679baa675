// Packages of pacman, as makepkg(8) of pacman 6 writes them: a tar with .BUILDINFO, .MTREE and
// .PKGINFO in front. builddate is lowered to the epoch; .PKGINFO's size and .MTREE, a gzip file of
// mtree(5), follow what becomes of the other members and their headers. Members keep their order
// and the owners of the system: package() has chosen those.
//
// builddir and startdir become "/build" and "/startdir", which they are in packages that Arch's own
// build servers make. Only programs read them that build a package anew to compare it, and two
// builds in different folders have nothing else to agree on; what was built does not depend on
// them, or else the files themselves differ.

#include <algorithm>
#include <map>

#include "normalizers/package/kinds.h"
#include "normalizers/package/lines.h"
#include "normalizers/package/mtree.h"
#include "normalizers/package/pkginfo.h"

namespace normalize::package {
namespace {

constexpr Field kBuilddir{"builddir", "makepkg in a folder of one name, BUILDDIR"};
constexpr Field kStartdir{"startdir", "makepkg in a folder of one name"};

constexpr std::string_view kBuildinfo = ".BUILDINFO", kMtree = ".MTREE", kPkginfo = ".PKGINFO";

std::string_view path_of(std::string_view name) {
  if (name.starts_with("./")) name.remove_prefix(2);
  while (name.ends_with('/')) name.remove_suffix(1);
  return name;
}

std::string_view mtree_type(const tar::Entry& entry) {
  if (entry.is_folder()) return "dir";
  switch (entry.type) {
    case '2':
      return "link";
    case '3':
      return "char";
    case '4':
      return "block";
    case '6':
      return "fifo";
    default:
      return "file";
  }
}

/// What a member of the archive's own folder tells is of the package, not of what it installs.
bool is_installed(std::string_view path) { return !path.starts_with('.'); }

class Pacman final : public Package {
 public:
  Pacman(const tar::Archive& archive, Context& context) : context_(context) {
    for (const tar::Entry& entry : archive.entries)
      if (!by_path_.emplace(path_of(entry.name), &entry).second)
        throw FormatError(0, "holds " + quoted(entry.name) + " twice");
  }

  Owners own_owners() const override { return Owners::system; }
  bool is_list(const tar::Entry& entry) const override {
    const std::string_view path = path_of(entry.name);
    return path == kMtree || path == kPkginfo;
  }

  std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) override {
    const std::string_view path = path_of(entry.name);
    if (path == kMtree) {
      settle_info(*by_path_.at(kPkginfo));  // which stands behind it
      return settle_mtree(entry, registry);
    }
    if (path == kPkginfo || path == kBuildinfo) return settle_info(entry);
    std::optional<Content>& after = after_[path];
    after = registry(entry);
    if (after && is_installed(path))
      size_change_ +=
          static_cast<std::int64_t>(after->size()) - static_cast<std::int64_t>(entry.data.size());
    return after;
  }

  std::optional<Content> decide(std::string_view path, Source& member) override {
    const std::size_t inner = path.find('!') + 1;
    if (path_of(path.substr(0, inner - 1)) != kMtree || path.find('!', inner) != path.npos)
      return std::nullopt;
    mtree_was_read_ = true;
    const FindFile find = [this](std::string_view file) { return find_file(file); };
    Content after = update_mtree(as_text(member.all()), find, context_, path);
    mtree_has_to_change_ = !(after == member.all());
    if (!mtree_has_to_change_) return std::nullopt;
    return after;
  }

 private:
  std::optional<Content> settle_info(const tar::Entry& entry) {
    const std::string_view path = path_of(entry.name);
    if (const auto found = after_.find(path); found != after_.end()) return found->second;
    std::optional<Content>& after = after_[path];
    const auto own_line = [&](std::string_view line) { return settle_folder(line, entry.name); };
    Content info =
        update_pkginfo(as_text(entry.data), size_change_, context_, entry.name, own_line);
    if (info == entry.data) return std::nullopt;
    context_.rewrote(entry.name, entry.data, info);
    after = std::move(info);
    return after;
  }

  std::optional<std::string> settle_folder(std::string_view line, std::string_view member) {
    const auto settle = [&](const Field& field,
                            std::string_view folder) -> std::optional<std::string> {
      const auto value = pkginfo_value(line, field.name);
      if (!value || *value == folder) return std::nullopt;
      context_.changed(field, std::string(*value), std::string(folder), member);
      return with_value(line, *value, folder);
    };
    if (auto builddir = settle(kBuilddir, "/build")) return builddir;
    return settle(kStartdir, "/startdir");
  }

  std::optional<Content> settle_mtree(const tar::Entry& entry, const Registry& registry) {
    mtree_was_read_ = false;
    std::optional<Content> after = registry(entry);
    if (!mtree_was_read_ || (mtree_has_to_change_ && !after))
      throw FormatError(0, ".MTREE does not open, and has to follow its files");
    return after;
  }

  std::optional<ListedFile> find_file(std::string_view path) const {
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) return std::nullopt;
    const tar::Entry& entry = *found->second;
    const auto data = entry.is_link() ? by_path_.find(path_of(entry.linkname)) : found;
    if (data == by_path_.end()) return std::nullopt;
    const auto after = after_.find(data->first);
    return ListedFile{mtree_type(entry),
                      entry.type == '2' ? std::string_view(entry.linkname) : std::string_view(),
                      tar::stat_of(entry),
                      tar::normal_stat(entry, owners(context_.rules()), context_.rules()),
                      Content::view(data->second->data),
                      after == after_.end() ? std::nullopt : after->second};
  }

  Context& context_;
  std::map<std::string_view, const tar::Entry*> by_path_;
  std::map<std::string_view, std::optional<Content>> after_;  // of those that were settled
  std::int64_t size_change_ = 0;
  bool mtree_was_read_ = false, mtree_has_to_change_ = false;
};

}  // namespace

std::unique_ptr<Package> open_pacman(const tar::Archive& archive, Context& context) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(archive.entries, [&](const tar::Entry& entry) {
      return path_of(entry.name) == name && entry.is_plain_file();
    });
  };
  if (!has(kPkginfo) || !has(kMtree)) return nullptr;
  return std::make_unique<Pacman>(archive, context);
}

}  // namespace normalize::package
