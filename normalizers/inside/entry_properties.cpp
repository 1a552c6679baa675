#include "normalizers/inside/entry_properties.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "normalizers/bytes/digest.h"
#include "rules/format_time.h"

namespace normalize::inside {
namespace {

std::string type_text(unsigned type) {
  switch (type) {
    case AE_IFDIR:
      return "folder";
    case AE_IFLNK:
      return "symbolic link";
    case AE_IFCHR:
    case AE_IFBLK:
      return "device";
    case AE_IFIFO:
      return "pipe";
    case AE_IFSOCK:
      return "socket";
    default:
      return "file";  // `ar D` writes modes without a type
  }
}

std::string octal(unsigned mode) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode);
  return text.data();
}

std::string time_text(archive_entry* entry) {
  if (!archive_entry_mtime_is_set(entry)) return {};
  std::string text = format_time(archive_entry_mtime(entry));
  if (const long fraction = archive_entry_mtime_nsec(entry); fraction != 0)
    text += " +" + std::to_string(fraction) + " ns";
  return text;
}

void add(std::vector<Property>& to, const char* name, std::string value) {
  if (!value.empty()) to.emplace_back(name, std::move(value));
}

std::string text_or_empty(const char* text) { return text ? text : ""; }

void add_attributes(archive_entry* entry, std::vector<Property>& to) {
  archive_entry_xattr_reset(entry);
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK && name)
    to.emplace_back("attribute " + std::string(name),
                    hexadecimal(ByteView(static_cast<const std::byte*>(value), size)));
  if (archive_entry_acl_types(entry) == 0) return;
  char* const acl = archive_entry_acl_to_text(entry, nullptr, ARCHIVE_ENTRY_ACL_STYLE_EXTRA_ID);
  add(to, "ACL", text_or_empty(acl));
  std::free(acl);
}

}  // namespace

std::vector<Property> properties_of(archive_entry* entry) {
  std::vector<Property> all;
  add(all, "type", type_text(archive_entry_filetype(entry)));
  add(all, "mode", octal(archive_entry_perm(entry)));
  add(all, "uid", std::to_string(archive_entry_uid(entry)));
  add(all, "gid", std::to_string(archive_entry_gid(entry)));
  add(all, "uname", text_or_empty(archive_entry_uname(entry)));
  add(all, "gname", text_or_empty(archive_entry_gname(entry)));
  add(all, "mtime", time_text(entry));
  add(all, "link target", text_or_empty(archive_entry_symlink(entry)));
  add(all, "hard link to", text_or_empty(archive_entry_hardlink(entry)));
  if (const dev_t device = archive_entry_rdev(entry); device != 0)
    add(all, "device", std::to_string(device));
  add_attributes(entry, all);
  return all;
}

}  // namespace normalize::inside
