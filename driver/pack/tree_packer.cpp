#include "driver/pack/tree_packer.h"

#include <algorithm>

#include "normalizers/tar/header_rewriter.h"
#include "normalizers/tar/pax.h"

namespace normalize {
namespace {

using Type = NormalName::Type;

char type_of(Type type) {
  constexpr std::string_view kTypes = "052346";  // as Type lists them, without sockets
  return kTypes[static_cast<std::size_t>(type)];
}

/// What tells of this one inode on this one machine.
bool is_local(const std::string& attribute) { return attribute == "security.evm"; }

}  // namespace

TreePacker::TreePacker(const NormalTree& tree, const Rules& rules, PackageWriter& out,
                       WorkerPool& pool, unsigned jobs)
    : tree_(tree), rules_(rules), out_(out), pool_(pool), jobs_(jobs), folder_(tree.folder()) {}

/// Workers may still be opening files, which look at the tree.
TreePacker::~TreePacker() {
  for (auto& [index, file] : ahead_)
    if (file.valid()) file.wait();
}

void TreePacker::add_file(const std::string& name, std::string_view content) {
  TarMember member;
  member.name = name;
  member.mode = 0644;
  member.mtime = rules_.normal_time(0, tar::kMtimeRange);
  member.size = content.size();
  begin(member);
  out_.add(as_bytes(content));
  end(member.size);
}

void TreePacker::add_all(const std::vector<std::size_t>& order) {
  for (std::size_t at = 0; at < order.size(); ++at) {
    open_ahead(order, at);
    try {
      add(order[at]);
    } catch (const std::exception& error) {
      throw std::runtime_error(tree_.full_path(order[at]) + ": " + error.what());
    }
    tree_.add_progress(order[at]);
  }
}

void TreePacker::finish() { out_.add(tar_end()); }

/// What a format claims is normalized by the workers before its turn comes.
void TreePacker::open_ahead(const std::vector<std::size_t>& order, std::size_t from) {
  const std::size_t most = 2 * std::size_t{jobs_};
  looked_ahead_ = std::max(looked_ahead_, from);
  for (; looked_ahead_ < order.size() && ahead_.size() < most; ++looked_ahead_) {
    const std::size_t index = order[looked_ahead_];
    if (!tree_.is_claimed(index) || tree_.link_to(index)) continue;
    ahead_.emplace(index, pool_.run([this, index] {
      OpenFolder folder = tree_.folder();
      return tree_.open(index, folder);
    }));
  }
}

TreePacker::OpenedFile TreePacker::open(std::size_t index) {
  const auto found = ahead_.find(index);
  if (found == ahead_.end()) return tree_.open(index, folder_);
  std::future<OpenedFile> file = std::move(found->second);
  ahead_.erase(found);
  return file.get();
}

TarMember TreePacker::member_of(std::size_t index, const NormalName& name) {
  TarMember member;
  member.name = tree_.path(index);
  member.type = type_of(name.type);
  member.target = name.target;
  member.mode = name.mode;
  member.uid = name.uid;
  member.gid = name.gid;
  member.uname = name.uname;
  member.gname = name.gname;
  member.mtime = rules_.normal_time(name.mtime.seconds, tar::kMtimeRange);
  member.major = name.major;
  member.minor = name.minor;
  for (auto& attribute : tree_.attributes(index, folder_))
    if (!is_local(attribute.first) &&
        !tar::is_noise("SCHILY.xattr." + attribute.first, rules_.profile))
      member.attributes.push_back(std::move(attribute));
  return member;
}

void TreePacker::add(std::size_t index) {
  if (tree_.path(index).empty()) return;  // the root: who unpacks has a folder to do it in
  const NormalName name = tree_.look(index, folder_);
  if (name.type == Type::socket) {
    FileReport& report = reports_.emplace_back();
    report.path = tree_.full_path(index);
    report.journal.remarks.push_back({Remark::Kind::note, "", "a socket; not packed"});
    return;
  }
  TarMember member = member_of(index, name);
  if (const auto first = tree_.link_to(index)) {
    member.type = '1';
    member.target = tree_.path(*first);
    member.attributes.clear();
    return begin(member);
  }
  if (name.type != Type::file) return begin(member);
  const OpenedFile file = open(index);
  const FileReport& report = file->report();
  if (!report.journal.remarks.empty() || report.outcome == FileReport::Outcome::changed)
    reports_.push_back(report);
  if (report.outcome == FileReport::Outcome::failed)
    throw std::runtime_error("could not be normalized");
  if (name.has_holes && !tree_.is_claimed(index)) return add_sparse(member, *file);
  add_content(member, *file);
}

void TreePacker::add_content(TarMember& member, NormalFile& file) {
  member.size = file.size();
  begin(member);
  file.read([&](ByteView part) { out_.add(part); });
  end(member.size);
}

void TreePacker::add_sparse(TarMember& member, NormalFile& file) {
  const std::vector<Extent> extents = extents_of(file);
  const std::string map = sparse_map(extents, file.size());
  if (stored_bytes(extents) + map.size() >= file.size()) return add_content(member, file);
  member.is_sparse = true;
  member.sparse_size = file.size();
  member.size = map.size() + stored_bytes(extents);
  begin(member);
  out_.add(as_bytes(map));
  ExtentFilter filter(extents);
  file.read([&](ByteView part) { filter.add(part, [&](ByteView stored) { out_.add(stored); }); });
  end(member.size);
}

void TreePacker::begin(const TarMember& member) {
  const Bytes header = tar_header(member);
  out_.begin(member.name, header.size() + member.size + tar_padding(member.size),
             member.type == '0');
  out_.add(header);
}

void TreePacker::end(std::uint64_t size) { out_.add(Bytes(tar_padding(size))); }

}  // namespace normalize
