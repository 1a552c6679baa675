#include "driver/diff/tree_pair.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "driver/diff/name_pair.h"
#include "driver/parallel.h"
#include "normalizers/bytes/digest.h"

namespace normalize::diff {
namespace {

/// Neighbours, which share a folder, are one worker's; more at a time leave others without work.
constexpr std::size_t kChunkNames = 16;

/// One name, as an index into each tree that has it.
struct Name {
  std::optional<std::size_t> a, b;
};

std::vector<Name> merged(const NormalTree& a, const NormalTree& b) {
  std::vector<Name> names;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    const int order = j == b.size() ? -1 : i == a.size() ? 1 : a.path(i).compare(b.path(j));
    Name& name = names.emplace_back();
    if (order <= 0) name.a = i++;
    if (order >= 0) name.b = j++;
  }
  return names;
}

/// A node, or null for what is equal; the two that only a time on disk tells apart count alone.
using Slot = std::unique_ptr<Node>;

bool is_time_alone(const Node& node) {
  return node.verdict == Verdict::noise && node.noise.empty() && node.properties.size() == 1 &&
         node.properties.front().name == "mtime";
}

class TreeComparer {
 public:
  explicit TreeComparer(const TreePair& pair)
      : pair_(pair), names_(merged(pair.a, pair.b)), slots_(names_.size()) {}

  void run() {
    if (pair_.progress) pair_.progress->begin("comparing", names_.size(), bytes_in_all());
    const std::size_t chunks = (names_.size() + kChunkNames - 1) / kChunkNames;
    const auto workers = static_cast<unsigned>(std::clamp<std::size_t>(chunks, 1, pair_.jobs));
    for (unsigned n = workers; n < pair_.jobs; ++n) idle_.add();
    std::atomic<std::size_t> next = 0;
    on_workers(workers, [&] {
      for (std::size_t chunk; (chunk = next++) < chunks;) compare_chunk(chunk * kChunkNames);
      idle_.add();
    });
    find_moved();
  }

  Comparison finish() && {
    Comparison comparison;
    Node& root = comparison.root;
    for (const NormalTree* tree : {&pair_.a, &pair_.b})
      for (const Tree::Failure& failure : tree->failures()) {
        Node& node = root.children.emplace_back();
        node.name = failure.path;
        fail(node, "", failure.error);
        ++comparison.counts.failed;
      }
    for (Slot& slot : slots_) {
      if (slot && slot->verdict != Verdict::equal) {
        count(slot->verdict, comparison.counts);
        root.children.push_back(std::move(*slot));
      } else if (!slot) {
        ++comparison.counts.equal;
      }
    }
    comparison.times = times_;
    return comparison;
  }

 private:
  std::uint64_t bytes_in_all() const {
    std::uint64_t bytes = 0;
    for (const Name& name : names_)
      if (name.a) bytes += pair_.a.size_on_disk(*name.a);
    return bytes;
  }

  const std::string& path(const Name& name) const {
    return name.a ? pair_.a.path(*name.a) : pair_.b.path(*name.b);
  }

  void compare_chunk(std::size_t first) {
    NamePair pair(pair_, memory_, idle_);
    for (std::size_t i = first; i < std::min(first + kChunkNames, names_.size()); ++i) {
      compare(i, pair);
      add_progress(pair_.progress, names_[i].a ? pair_.a.size_on_disk(*names_[i].a) : 0);
    }
  }

  void compare(std::size_t index, NamePair& pair) {
    const Name& name = names_[index];
    Node node;
    node.name = path(name).empty() ? "." : path(name);
    if (name.a && name.b) {
      pair.compare(*name.a, *name.b, node);
      compare_links(name, node);
    } else {
      node.verdict = name.a ? Verdict::only_a : Verdict::only_b;
    }
    if (is_time_alone(node))
      ++times_;
    else if (node.verdict != Verdict::equal)
      slots_[index] = std::make_unique<Node>(std::move(node));
  }

  /// Whether a name is a further one of the same file on both sides.
  void compare_links(const Name& name, Node& node) const {
    const auto first_of = [](const NormalTree& tree, std::size_t index) {
      const auto first = tree.link_to(index);
      return first ? tree.path(*first) : std::string();
    };
    const std::string a = first_of(pair_.a, *name.a), b = first_of(pair_.b, *name.b);
    if (a == b) return;
    node.properties.push_back({"hard link to", a, b});
    node.verdict = Verdict::different;
  }

  /// Pairs the files that stand on one side alone by their content once normal.
  void find_moved() {
    std::vector<std::size_t> alone;
    std::size_t in_a = 0;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (is_file_alone(names_[i])) {
        alone.push_back(i);
        in_a += names_[i].a.has_value();
      }
    if (in_a == 0 || in_a == alone.size()) return;
    std::vector<Bytes> digests(alone.size());
    for_each_index(alone.size(), pair_.jobs,
                   [&](std::size_t i) { digests[i] = digest_of(names_[alone[i]]); });
    std::multimap<Bytes, std::size_t> others;
    for (std::size_t i = 0; i < alone.size(); ++i)
      if (names_[alone[i]].b && !digests[i].empty()) others.emplace(digests[i], alone[i]);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      const auto found = names_[alone[i]].a ? others.find(digests[i]) : others.end();
      if (found == others.end()) continue;
      slots_[alone[i]]->verdict = Verdict::moved;
      slots_[alone[i]]->other_name = slots_[found->second]->name;
      slots_[found->second]->verdict = Verdict::equal;  // told with the other
      others.erase(found);
    }
  }

  bool is_file_alone(const Name& name) const {
    if (name.a && name.b) return false;
    const NormalTree& tree = name.a ? pair_.a : pair_.b;
    const std::size_t index = name.a ? *name.a : *name.b;
    return tree.is_file(index) && tree.size_on_disk(index) > 0;
  }

  /// Empty where it cannot be read: then it is told as standing alone.
  Bytes digest_of(const Name& name) noexcept {
    const NormalTree& tree = name.a ? pair_.a : pair_.b;
    const std::size_t index = name.a ? *name.a : *name.b;
    try {
      const MemoryGate::Pass pass = memory_.enter(tree.size_on_disk(index));
      OpenFolder folder = tree.folder();
      RunningDigest digest;
      tree.open(index, folder)->read([&](ByteView part) { digest.add(part); });
      return digest.finish();
    } catch (const std::exception&) {
      return {};
    }
  }

  const TreePair& pair_;
  const std::vector<Name> names_;
  std::vector<Slot> slots_;  // each written by whoever compares that name, alone
  std::atomic<std::uint64_t> times_ = 0;
  MemoryGate memory_{kMostBytesHeld};
  IdleWorkers idle_;
};

}  // namespace

Comparison compare_trees(const TreePair& pair) {
  TreeComparer comparer(pair);
  comparer.run();
  Comparison comparison = std::move(comparer).finish();
  comparison.root.verdict = worst(comparison.counts);
  return comparison;
}

Comparison compare_files(const TreePair& pair) {
  Comparison comparison;
  MemoryGate memory(kMostBytesHeld);
  IdleWorkers idle(pair.jobs - 1);
  NamePair names(pair, memory, idle);
  Node& root = comparison.root;
  root.name = pair.a.path(0);
  if (pair.progress) pair.progress->begin("comparing");
  names.compare(0, 0, root);
  if (is_time_alone(root)) {
    root = Node{};
    comparison.times = 1;
  }
  count(root.verdict, comparison.counts);
  return comparison;
}

}  // namespace normalize::diff
