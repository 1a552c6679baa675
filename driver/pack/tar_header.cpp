#include "driver/pack/tar_header.h"

#include <algorithm>

#include "driver/pack/acl_text.h"
#include "driver/report/escape.h"
#include "normalizers/tar/header.h"
#include "normalizers/tar/names.h"
#include "normalizers/tar/pax.h"

namespace normalize {
namespace {

using namespace tar;

/// Whether `value` fits as octal digits: the form that every tar reads.
bool fits(std::int64_t value, Slot slot) {
  return value >= 0 && value >> (3 * (slot.length - 1)) == 0;
}

struct SplitName {
  std::string_view prefix, name;
};

/// Where a '/' lets prefix and name share a long name; empty where none does.
SplitName split_name(std::string_view name) {
  if (name.size() <= tar::kName.length) return {"", name};
  const std::size_t slash = name.find('/', name.size() - tar::kName.length - 1);
  if (slash > kPrefix.length || slash + 1 >= name.size()) return {};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

/// '=' ends a key, so GNU tar writes it, and '%', as a percent sign and two digits.
std::string encoded_key(std::string_view key) {
  std::string text;
  for (const char c : key) text += c == '=' ? "%3D" : c == '%' ? "%25" : std::string(1, c);
  return text;
}

class HeaderWriter {
 public:
  explicit HeaderWriter(const TarMember& member) : member_(member) {}

  Bytes write() {
    collect_records();
    Bytes out;
    if (!records_.empty()) write_extended(out);
    const Bytes own = block(member_.is_sparse ? beside("GNUSparseFile") : member_.name,
                            member_.type, member_.size);
    out.insert(out.end(), own.begin(), own.end());
    return out;
  }

 private:
  void add(std::string_view key, std::string_view value) { append_record(records_, key, value); }

  void add_number(std::string_view key, std::int64_t value, Slot slot) {
    if (!fits(value, slot)) add(key, std::to_string(value));
  }

  void collect_records() {
    const bool long_name = !member_.is_sparse && split_name(member_.name).name.empty();
    const bool long_target = member_.target.size() > kLinkname.length;
    const bool long_user = member_.uname.size() >= kUname.length;
    const bool long_group = member_.gname.size() >= kGname.length;
    // Names in extended headers are UTF-8 unless this says otherwise.
    if ((long_name && !is_utf8(member_.name)) || (long_target && !is_utf8(member_.target)) ||
        (long_user && !is_utf8(member_.uname)) || (long_group && !is_utf8(member_.gname)) ||
        (member_.is_sparse && !is_utf8(member_.name)))
      add("hdrcharset", "BINARY");
    if (member_.is_sparse) add_sparse_records();
    if (long_name) add("path", member_.name);
    if (long_target) add("linkpath", member_.target);
    if (long_user) add("uname", member_.uname);
    if (long_group) add("gname", member_.gname);
    add_number("uid", member_.uid, kUid);
    add_number("gid", member_.gid, kGid);
    add_number("mtime", member_.mtime, kMtime);
    add_number("size", static_cast<std::int64_t>(member_.size), kSize);
    for (const auto& [name, value] : member_.attributes) add_attribute(name, value);
  }

  void add_sparse_records() {
    add("GNU.sparse.major", "1");
    add("GNU.sparse.minor", "0");
    add("GNU.sparse.name", member_.name);
    add("GNU.sparse.realsize", std::to_string(member_.sparse_size));
  }

  void add_attribute(const std::string& name, const std::string& value) {
    const bool access = name == "system.posix_acl_access";
    const auto text = access || name == "system.posix_acl_default" ? acl_text(value) : std::nullopt;
    if (text)
      add(access ? "SCHILY.acl.access" : "SCHILY.acl.default", *text);
    else if (name == "security.selinux")
      add("RHT.security.selinux", value);
    else
      add("SCHILY.xattr." + encoded_key(name), value);
  }

  void write_extended(Bytes& out) const {
    const Bytes header = block(beside("PaxHeaders"), 'x', records_.size());
    const ByteView records = as_bytes(records_);
    out.insert(out.end(), header.begin(), header.end());
    out.insert(out.end(), records.begin(), records.end());
    out.insert(out.end(), tar_padding(records.size()), std::byte{0});
  }

  /// A name for what is no file of its own: "folder/word/file".
  std::string beside(const std::string& word) const {
    Entry entry;
    entry.name = member_.name;
    const std::string name = pax_header_name("PaxHeaders/file", entry);
    const std::size_t slash = name.rfind('/'), before = name.rfind('/', slash - 1);
    return name.substr(0, before + 1) + word + name.substr(slash);
  }

  Bytes block(std::string_view name, char type, std::uint64_t size) const {
    Bytes block(kBlockBytes);
    const SplitName split = split_name(name);
    put_text(block, tar::kName,
             split.name.empty() ? name.substr(0, tar::kName.length) : split.name);
    put_text(block, kPrefix, split.prefix);
    const bool extended = type == 'x';
    put_number(block, kMode, extended ? 0644 : member_.mode);
    put_number(block, kUid, extended ? 0 : member_.uid);
    put_number(block, kGid, extended ? 0 : member_.gid);
    put_number(block, kSize, static_cast<std::int64_t>(size));
    put_number(block, kMtime, member_.mtime);
    block[kTypeflag.offset] = static_cast<std::byte>(type);
    put_text(block, kMagic, "ustar");
    put_text(block, kVersion, "00");
    if (!extended) put_own_texts(block);
    put_number(block, kDevmajor, extended ? 0 : member_.major);
    put_number(block, kDevminor, extended ? 0 : member_.minor);
    put_checksum(block);
    return block;
  }

  void put_own_texts(Bytes& block) const {
    put_text(block, kLinkname, std::string_view(member_.target).substr(0, kLinkname.length));
    if (member_.uname.size() < kUname.length) put_text(block, kUname, member_.uname);
    if (member_.gname.size() < kGname.length) put_text(block, kGname, member_.gname);
  }

  const TarMember& member_;
  std::string records_;
};

}  // namespace

Bytes tar_header(const TarMember& member) { return HeaderWriter(member).write(); }

std::size_t tar_padding(std::uint64_t size) {
  return static_cast<std::size_t>((kBlockBytes - size % kBlockBytes) % kBlockBytes);
}

Bytes tar_end() { return Bytes(2 * kBlockBytes); }

}  // namespace normalize
