#include "normalizers/package/kinds.h"

#include <algorithm>
#include <array>

namespace normalize::package {
namespace {

using tar::Archive;
using tar::Entry;

constexpr std::array kOpeners{&open_alpine_control, &open_alpine_data, &open_conda,
                              &open_freebsd,        &open_gem,         &open_netbsd,
                              &open_openbsd,        &open_pacman};

struct Kind {
  /// Begins the name of the package's first member.
  std::string_view first_member;
  std::string_view objection;
};

constexpr std::array kKinds{
    Kind{"+BUILD_INFO", "a package of NetBSD keeps sums of its files"},
    Kind{".SIGN.", "a signed package or index of Alpine"},
    Kind{".PKGINFO", "a package of Alpine or Arch keeps sums of its files"},
    Kind{".BUILDINFO", "a package of Arch keeps sums of its files"},
    Kind{".MTREE", "a package of Arch keeps sums of its files"},
};

struct Mark {
  /// A whole name, or the start of one where it ends with '/'.
  std::string_view member;
  std::string_view objection;
};

constexpr std::array kMarks{
    // Such a list would come first in sorted order, where it makes a package of any archive.
    Mark{"+CONTENTS", "a package of a BSD, of a kind that is unknown, keeps sums of its files"},
    Mark{"+COMPACT_MANIFEST", "a package of FreeBSD, unlike pkg's, keeps sums of its files"},
    Mark{"+MANIFEST", "a package of FreeBSD, unlike pkg's, keeps sums of its files"},
    Mark{"checksums.yaml.gz", "a gem keeps sums of its files"},
    Mark{"oci-layout", "a container image names its files by their sums"},
    Mark{"blobs/sha256/", "a container image names its files by their sums"},
    Mark{"contents.tar.gz", "a hex package keeps a sum of its files"},
};

bool matches(const Mark& mark, std::string_view name) {
  return mark.member.ends_with('/') ? name.starts_with(mark.member) : name == mark.member;
}

/// `docker save` before it wrote image layouts: manifest.json, and layers that the image's
/// configuration knows by their sums.
bool is_docker_image(const std::vector<Entry>& entries) {
  const auto has = [&](auto predicate) { return std::ranges::any_of(entries, predicate); };
  return has([](const Entry& e) { return e.name == "manifest.json"; }) &&
         has([](const Entry& e) { return e.name.ends_with("/layer.tar"); });
}

}  // namespace

std::unique_ptr<Package> open_package(const Archive& archive, Context& context) {
  for (const auto open : kOpeners)
    if (std::unique_ptr<Package> package = open(archive, context)) return package;
  return nullptr;
}

std::string package_objection(const Archive& archive) {
  if (archive.entries.empty()) return {};
  const std::string_view first = archive.entries.front().name;
  for (const Kind& kind : kKinds)
    if (first.starts_with(kind.first_member)) return std::string(kind.objection);
  // DSP0243 section 5.3: the descriptor comes first, then the manifest with sums of all others.
  if (first.ends_with(".ovf")) return "a virtual appliance (OVA) keeps sums of its files";
  for (const Entry& entry : archive.entries)
    for (const Mark& mark : kMarks)
      if (matches(mark, entry.name)) return std::string(mark.objection);
  if (is_docker_image(archive.entries)) return "a container image keeps sums of its layers";
  return {};
}

bool has_fixed_headers(const Archive& archive) {
  constexpr std::int64_t kNpm = 499'162'500;      // 1985-10-26T08:15:00Z
  constexpr std::int64_t kCargo = 1'153'704'088;  // 2006-07-24T01:21:28Z
  const auto all_at = [&](std::int64_t time) {
    return std::ranges::all_of(archive.entries, [&](const Entry& entry) {
      return entry.mtime == time && entry.extensions.empty();
    });
  };
  const auto any_named = [&](auto predicate) {
    return std::ranges::any_of(archive.entries,
                               [&](const Entry& entry) { return predicate(entry.name); });
  };
  return (all_at(kNpm) &&
          any_named([](std::string_view n) { return n == "package/package.json"; })) ||
         (all_at(kCargo) &&
          any_named([](std::string_view n) { return n.ends_with("/Cargo.toml"); }));
}

}  // namespace normalize::package
