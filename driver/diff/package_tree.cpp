#include "driver/diff/package_tree.h"

#include <algorithm>
#include <map>

#include "driver/diff/content_source.h"
#include "driver/diff/explain.h"
#include "driver/diff/properties.h"
#include "driver/report/escape.h"
#include "driver/usage_error.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/registry.h"
#include "rules/mode.h"

namespace normalize::diff {
namespace {

using inside::Member;
using inside::Property;
using inside::Shape;

constexpr unsigned kMostLevels = 8;

std::string_view format_of(const Content& content) {
  ContentSource source(content);
  const Normalizer* format = find_normalizer({"", source.head(), source});
  return format ? format->name() : std::string_view();
}

/// The member that a package keeps its files in: of a deb, an ipk and a gem.
const Member* inner_archive(const std::vector<Member>& members) {
  const auto found = std::ranges::find_if(
      members, [](const Member& member) { return member.path.starts_with("data.tar"); });
  return found == members.end() ? nullptr : &*found;
}

/// What a package holds about itself.
bool is_about_package(std::string_view path) {
  return (path.starts_with('+') && path.find('/') == path.npos) || path.starts_with(".SIGN.") ||
         path == ".PKGINFO" || path == ".BUILDINFO" || path == ".MTREE" || path == ".INSTALL" ||
         path == ".CHANGELOG";
}

class PackageTree {
 public:
  PackageTree(const TreePair& pair, bool package_is_a)
      : pair_(pair),
        package_is_a_(package_is_a),
        package_(package_is_a ? pair.a : pair.b),
        tree_(package_is_a ? pair.b : pair.a),
        folder_(tree_.folder()),
        idle_(pair.jobs - 1) {}

  Comparison run() {
    OpenFolder folder = package_.folder();
    const std::unique_ptr<NormalFile> file = package_.open(0, folder);
    inside::Allowance allowance(pair_.rules.limits.expanded_bytes(package_.size_on_disk(0)));
    archive_ = file->content();
    find_members(allowance);
    for (std::size_t i = 0; i < tree_.size(); ++i) names_.emplace(name_of(i), i);
    if (pair_.progress) pair_.progress->begin("comparing", members_.size());
    for (const Member& member : members_) compare(member);
    for (const auto& [name, index] : names_)
      if (!name.empty() && tree_.is_file(index)) add(only(name, !package_is_a_));
    read_different(allowance);
    return finish();
  }

 private:
  struct Different {
    std::size_t number, index, node;
    std::uint64_t size;
  };

  void find_members(inside::Allowance& allowance) try {
    for (unsigned level = 0; level < kMostLevels; ++level) {
      ContentSource source(archive_);
      const std::string_view format = format_of(archive_);
      const Shape shape = inside::shape_of(format, source.head());
      if (shape == Shape::packed) {
        archive_ = Content::own(inside::unpack(format, archive_, allowance));
        continue;
      }
      if (shape != Shape::archive) break;
      members_ = inside::list_members(archive_, allowance);
      const Member* inner = inner_archive(members_);
      if (!inner) return clean_members();
      const std::size_t number = inner->number;
      archive_ = Content::own(
          std::move(inside::read_members(archive_, std::span(&number, 1), allowance).front()));
    }
    throw UsageError(escape(package_.full_path(0)) +
                     ": neither a tree nor a package or archive to compare a tree with");
  } catch (const FormatError& error) {
    throw UsageError(escape(package_.full_path(0)) + ": " + error.what());
  }

  void clean_members() {
    for (Member& member : members_)
      member.path.erase(0, member.path.find_first_not_of('/'));  // FreeBSD's are absolute
    std::erase_if(members_, [](const Member& member) {
      return member.path.empty() || member.path == "." || is_about_package(member.path);
    });
    for (Member& member : members_) follow_link(member);
  }

  /// A hard link has the data of the name it leads to.
  void follow_link(Member& member) {
    const auto link = std::ranges::find(member.properties, "hard link to", &Property::first);
    if (link == member.properties.end()) return;
    std::string target = link->second;
    while (target.starts_with("./")) target.erase(0, 2);
    target.erase(0, std::min(target.find_first_not_of('/'), target.size()));
    const auto found = std::ranges::find(members_, target, &Member::path);
    if (found == members_.end()) return;
    member.digest = found->digest;
    member.number = found->number;
    member.size = found->size;
  }

  std::string name_of(std::size_t index) const {
    std::string name = tree_.path(index);
    if (name.ends_with('/')) name.pop_back();
    return name;
  }

  static Node only(const std::string& name, bool in_a) {
    Node node;
    node.name = name;
    node.verdict = in_a ? Verdict::only_a : Verdict::only_b;
    return node;
  }

  void add(Node node) { nodes_.push_back(std::move(node)); }

  void compare(const Member& member) {
    add_progress(pair_.progress, 0);
    const auto found = names_.find(member.path);
    if (found == names_.end()) return add(only(member.path, package_is_a_));
    const std::size_t index = found->second;
    names_.erase(found);
    Node node;
    node.name = member.path;
    try {
      compare_properties_of(member, index, node);
      if (member.is_file && member.digest.empty())
        throw std::runtime_error("its data in the package cannot be read");
      if (member.is_file && tree_.is_file(index) && digest_of(index) != member.digest) {
        node.verdict = Verdict::different;
        different_.push_back({member.number, index, nodes_.size(), member.size});
      }
    } catch (const std::exception& error) {
      node.verdict = Verdict::failed;
      node.remarks.push_back(error.what());
    }
    add(std::move(node));
  }

  void compare_properties_of(const Member& member, std::size_t index, Node& node) {
    const NormalName name = tree_.look(index, folder_);
    std::vector<Property> disk = properties_on_disk(name), packed;
    for (const Property& property : member.properties)
      if (property.first == "type" || property.first == "link target" ||
          (property.first == "mode" && name.type != NormalName::Type::link))
        packed.push_back(property);
    node.properties =
        package_is_a_ ? compare_properties(packed, disk) : compare_properties(disk, packed);
    if (!node.properties.empty()) node.verdict = Verdict::different;
  }

  static std::vector<Property> properties_on_disk(const NormalName& name) {
    using Type = NormalName::Type;
    std::vector<Property> all{{"type", name.type == Type::folder ? "folder"
                                       : name.type == Type::link ? "symbolic link"
                                       : name.type == Type::file ? "file"
                                                                 : "device"}};
    if (name.type != Type::link) all.emplace_back("mode", mode_text(name.mode).substr(3));
    if (!name.target.empty()) all.emplace_back("link target", name.target);
    return all;
  }

  Bytes digest_of(std::size_t index) {
    RunningDigest digest;
    tree_.open(index, folder_)->read([&](ByteView part) { digest.add(part); });
    return digest.finish();
  }

  /// Looks into the files that differ, for each batch of them in one pass over the archive.
  void read_different(inside::Allowance& allowance) {
    std::ranges::stable_sort(different_, {}, &Different::number);
    for (auto first = different_.begin(); first != different_.end();) {
      auto last = first;
      std::vector<std::size_t> numbers;  // hard links share one
      for (std::uint64_t bytes = 0; last != different_.end(); ++last) {
        if (!numbers.empty() && numbers.back() == last->number) continue;
        bytes += last->size;
        if (bytes > kBatchBytes && !numbers.empty()) break;
        numbers.push_back(last->number);
      }
      const std::vector<Buffer> read = inside::read_members(archive_, numbers, allowance);
      for (std::size_t at = 0; first != last; ++first) {
        if (numbers[at] != first->number) ++at;
        look_into(*first, Content::view(read[at]));
      }
    }
  }

  void look_into(const Different& different, const Content& packed) {
    Node& node = nodes_[different.node];
    const std::unique_ptr<NormalFile> file = tree_.open(different.index, folder_);
    const Content on_disk = file->content();
    Explainer explainer(pair_.rules, pair_.services, packed.size() + on_disk.size(), idle_);
    const bool has_properties = !node.properties.empty();
    node.verdict = Verdict::equal;
    explainer.compare(package_is_a_ ? packed : on_disk, package_is_a_ ? on_disk : packed, node);
    if (has_properties) node.verdict = Verdict::different;
  }

  Comparison finish() {
    Comparison comparison;
    for (Node& node : nodes_) {
      count(node.verdict, comparison.counts);
      if (node.verdict != Verdict::equal) comparison.root.children.push_back(std::move(node));
    }
    std::ranges::sort(comparison.root.children, {}, &Node::name);
    comparison.root.verdict = worst(comparison.counts);
    return comparison;
  }

  const TreePair& pair_;
  const bool package_is_a_;
  const NormalTree &package_, &tree_;
  OpenFolder folder_;
  IdleWorkers idle_;
  Content archive_;
  std::vector<Member> members_;
  std::map<std::string, std::size_t> names_;  // of the tree, those not met yet
  std::vector<Node> nodes_;
  std::vector<Different> different_;
};

}  // namespace

Comparison compare_package(const TreePair& pair, bool package_is_a) {
  return PackageTree(pair, package_is_a).run();
}

}  // namespace normalize::diff
