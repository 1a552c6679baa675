#include "normalizers/inside/squashfs_members.h"

#include <map>
#include <memory>

#include "normalizers/bytes/digest.h"
#include "normalizers/inside/entry_properties.h"
#include "normalizers/squashfs/files.h"

namespace normalize::inside {
namespace {

using squashfs::File;

struct FreeEntry {
  void operator()(archive_entry* entry) const noexcept { archive_entry_free(entry); }
};
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

squashfs::Spend spending(Allowance& allowance) {
  return [&allowance](std::uint64_t bytes) { allowance.spend(bytes); };
}

/// An entry as if libarchive had read it. Throws std::bad_alloc.
Entry entry_of(const File& file) {
  Entry entry(archive_entry_new());
  if (!entry) throw std::bad_alloc();
  archive_entry_set_mode(entry.get(), static_cast<__LA_MODE_T>(file.mode));
  archive_entry_set_uid(entry.get(), file.uid);
  archive_entry_set_gid(entry.get(), file.gid);
  archive_entry_set_mtime(entry.get(), file.mtime, 0);
  archive_entry_set_rdev(entry.get(), file.device);
  if (!file.target.empty()) archive_entry_set_symlink(entry.get(), file.target.c_str());
  for (const squashfs::Attribute& attribute : file.attributes)
    archive_entry_xattr_add_entry(entry.get(), attribute.name.c_str(), attribute.value.data(),
                                  attribute.value.size());
  return entry;
}

/// Throws LimitError; empty where the data cannot be read: those of another file may still be.
Bytes digest_data(squashfs::Files& files, std::size_t inode) try {
  RunningDigest digest;
  files.read(inode, [&](ByteView bytes) { digest.add(bytes); });
  return digest.finish();
} catch (const FormatError&) {
  return {};
}

/// The names of an image one after the other; what stands in its inode is read once.
class Lister {
 public:
  explicit Lister(squashfs::Files& files) : files_(files) {}

  void add(const File& file) {
    const Entry entry = entry_of(file);
    const auto [first, is_first] = firsts_.try_emplace(file.inode, members_.size());
    if (!is_first) archive_entry_set_hardlink(entry.get(), members_[first->second].path.c_str());
    Member member;
    member.path = file.path.empty() ? "." : file.path;
    member.number = members_.size();
    member.size = file.size;
    member.properties = properties_of(entry.get());
    member.is_file = member.properties.front().second == "file";
    if (member.is_file)
      member.digest = is_first ? digest_data(files_, file.inode) : members_[first->second].digest;
    members_.push_back(std::move(member));
  }
  std::vector<Member> finish() && { return std::move(members_); }

 private:
  squashfs::Files& files_;
  std::vector<Member> members_;
  std::map<std::size_t, std::size_t> firsts_;  // numbers of members, by inode
};

}  // namespace

bool is_squashfs(const Content& content) {
  return !content.pieces().empty() && starts_with(content.pieces().front().bytes, "hsqs");
}

std::vector<Member> list_squashfs(const Content& image, Allowance& allowance) {
  Buffer room;
  squashfs::Files files(image.contiguous(room), spending(allowance));
  Lister members(files);
  for (const File& file : files.list()) members.add(file);
  return std::move(members).finish();
}

std::vector<Buffer> read_squashfs(const Content& image, std::span<const std::size_t> numbers,
                                  Allowance& allowance) {
  Buffer room;
  squashfs::Files files(image.contiguous(room), spending(allowance));
  const std::vector<File> names = files.list();
  std::vector<Buffer> read;
  for (const std::size_t number : numbers) {
    Buffer& data = read.emplace_back();
    files.read(names.at(number).inode, [&](ByteView bytes) { data.append(bytes); });
    data.settle();
  }
  return read;
}

}  // namespace normalize::inside
