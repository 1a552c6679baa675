#include "driver/pack/other_archive.h"

#include <algorithm>
#include <map>

#include "driver/pack/tar_header.h"
#include "normalizers/archive_reader.h"
#include "normalizers/error.h"
#include "normalizers/limits.h"

namespace normalize {
namespace {

struct Member {
  TarMember header;
  Buffer data;
};

void support(archive* a) {
  archive_read_support_format_zip_seekable(a);
  archive_read_support_format_cpio(a);
  archive_read_support_format_7zip(a);
}

std::string text(const char* narrow, const char* utf8) {
  return narrow ? narrow : utf8 ? utf8 : "";
}

char type_of(archive_entry* entry) {
  switch (archive_entry_filetype(entry)) {
    case AE_IFLNK:
      return '2';
    case AE_IFCHR:
      return '3';
    case AE_IFBLK:
      return '4';
    case AE_IFDIR:
      return '5';
    case AE_IFIFO:
      return '6';
    case AE_IFSOCK:
      throw FormatError(0, "holds a socket, which tar has no place for");
    default:
      return '0';
  }
}

TarMember header_of(archive_entry* entry) {
  TarMember member;
  member.name = ArchiveReader::name_of(entry);
  member.type = type_of(entry);
  if (member.type == '5' && !member.name.ends_with('/')) member.name += '/';
  member.mode = archive_entry_perm(entry);
  member.uid = archive_entry_uid(entry);
  member.gid = archive_entry_gid(entry);
  member.mtime = archive_entry_mtime(entry);
  if (member.type == '2')
    member.target = text(archive_entry_symlink(entry), archive_entry_symlink_utf8(entry));
  if (member.type == '3' || member.type == '4') {
    member.major = static_cast<std::uint32_t>(archive_entry_rdevmajor(entry));
    member.minor = static_cast<std::uint32_t>(archive_entry_rdevminor(entry));
  }
  const std::string link = text(archive_entry_hardlink(entry), archive_entry_hardlink_utf8(entry));
  if (!link.empty()) {
    member.type = '1';
    member.target = link;
  }
  return member;
}

/// Reads with libarchive all that an archive holds.
class Members {
 public:
  Members(ByteView archive, const Limits& limits) : left_(limits.expanded_bytes(archive.size())) {
    const Content content = Content::view(archive);
    ArchiveReader reader(content, support);
    while (archive_entry* entry = reader.next()) {
      check_members(members_.size(), limits);
      members_.push_back({header_of(entry), {}});
      read_data(reader, data_of(members_.size() - 1));
    }
  }

  Buffer tar() const {
    Buffer out;
    for (const Member& member : members_) {
      TarMember header = member.header;
      header.size = member.data.size();
      out.append(tar_header(header));
      out.append(member.data);
      out.append(Bytes(tar_padding(header.size)));
    }
    out.append(tar_end());
    return out;
  }

 private:
  /// In cpio's newc the last name of a file brings its data; in tar the first has it.
  Buffer& data_of(std::size_t index) {
    const TarMember& header = members_[index].header;
    if (header.type != '1') first_[header.name] = index;
    const auto found = header.type == '1' ? first_.find(header.target) : first_.end();
    return members_[found == first_.end() ? index : found->second].data;
  }

  /// A name that brings data which another has brought repeats it.
  void read_data(ArchiveReader& reader, Buffer& into) {
    Buffer data;
    reader.read_data([&](ByteView bytes, std::uint64_t offset) {
      if (offset < data.size() || offset - data.size() > left_ ||
          bytes.size() > left_ - (offset - data.size()))
        throw LimitError("unpacks to more than the limit allows");
      left_ -= offset + bytes.size() - data.size();
      std::ranges::fill(data.grow(static_cast<std::size_t>(offset) - data.size()), std::byte{0});
      data.append(bytes);
    });
    data.settle();
    if (!data.empty()) into = std::move(data);
  }

  std::uint64_t left_;
  std::vector<Member> members_;
  std::map<std::string, std::size_t> first_;  // by name, the member with a file's data
};

}  // namespace

bool is_other_archive(ByteView head) {
  constexpr std::string_view kMagics[] = {"PK\3\4", "PK\5\6",   "070701",   "070702",
                                          "070707", "\xc7\x71", "\x71\xc7", "7z\xbc\xaf\x27\x1c"};
  return std::ranges::any_of(kMagics,
                             [&](std::string_view magic) { return starts_with(head, magic); });
}

Buffer tar_of(ByteView archive, const Limits& limits) {
  try {
    return Members(archive, limits).tar();
  } catch (const ArchiveReader::Unreadable& error) {
    throw FormatError(0, error.what());
  }
}

}  // namespace normalize
