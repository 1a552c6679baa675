#include "normalizers/tar/archive.h"

#include <algorithm>

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/storage.h"
#include "normalizers/limits.h"

namespace normalize::tar {
namespace {

constexpr std::string_view kPlainTypes(
    "\0"
    "07",
    3);
/// Links, symbolic links, devices, folders and pipes have a header and nothing else.
constexpr std::string_view kBareTypes = "123456";

std::string quoted(char type) {
  return type > ' ' && type < '\x7f' ? std::string{'"', type, '"'}
                                     : std::to_string(static_cast<unsigned char>(type));
}

class ArchiveReader {
 public:
  ArchiveReader(ByteView input, const Limits& limits) : in_(input), limits_(limits) {}

  Archive read() && {
    while (in_.remaining() > 0 && archive_.objection.empty()) {
      const ByteView rest = in_.rest();
      if (rest.size() >= kBlockBytes && is_zero(rest.first(kBlockBytes))) {
        read_ending();
        break;
      }
      read_block();
    }
    if (!pending_.extensions.empty() && archive_.objection.empty())
      in_.fail("an extended header stands in front of nothing");
    return std::move(archive_);
  }

 private:
  void object(std::string why) {
    if (archive_.objection.empty()) archive_.objection = std::move(why);
  }

  void read_ending() {
    archive_.ending = in_.rest();
    if (!is_zero(archive_.ending))
      object("data stands behind the end mark: another archive, a digest or a signature");
  }

  std::uint64_t number(ByteView block, Slot slot, const char* name) {
    const auto value = number_of(block, slot);
    if (!value || *value < 0)
      throw FormatError(in_.offset() - kBlockBytes + slot.offset,
                        std::string(name) + " is not a number");
    return static_cast<std::uint64_t>(*value);
  }

  ByteView take_header() {
    const ByteView block = in_.take(kBlockBytes, "header");
    if (!checksum_holds(block))
      throw FormatError(in_.offset() - kBlockBytes + kChksum.offset,
                        "chksum does not match the header");
    return block;
  }

  /// What follows `size` bytes of data up to the next block.
  ByteView take_padding(std::uint64_t size) {
    return in_.take((kBlockBytes - size % kBlockBytes) % kBlockBytes, "padding");
  }

  void read_block() {
    const ByteView from_here = in_.rest();
    if (pending_.extensions.empty()) pending_.offset = in_.offset();
    const ByteView header = take_header();
    const char type = type_of(header);
    if (type == 'x' || type == 'L' || type == 'K') return read_extension(from_here, header);
    pending_.type = type;
    pending_.header = header;
    if (type == 'g')
      read_global();
    else
      read_member();
    check_members(archive_.entries.size(), limits_);
    archive_.entries.push_back(std::move(pending_));
    pending_ = Entry();
  }

  void read_extension(ByteView from_here, ByteView header) {
    const char type = type_of(header);
    const std::uint64_t size = number(header, kSize, "size");
    const std::size_t data_offset = in_.offset();
    const ByteView data = in_.take(size, "extended header");
    take_padding(size);
    const ByteView whole = from_here.first(from_here.size() - in_.remaining());
    for (const Extension& other : pending_.extensions)
      if (other.type == type) object("a member has two extended headers of one kind");
    pending_.extensions.push_back({type, whole, header, data});
    if (type == 'x') pending_.records = parse_records(data, data_offset);
  }

  void read_global() {
    if (!pending_.extensions.empty())
      in_.fail("an extended header stands in front of a global one");
    const std::uint64_t size = number(pending_.header, kSize, "size");
    const std::size_t data_offset = in_.offset();
    pending_.data = in_.take(size, "global header");
    pending_.padding = take_padding(size);
    pending_.name = name_in(pending_.header);
    pending_.records = parse_records(pending_.data, data_offset);
    for (const Record& record : pending_.records) {
      if (record.key == "path" || record.key == "linkpath" || record.key == "size" ||
          record.key.starts_with("GNU.sparse."))
        object("a global header sets the " + std::string(record.key) + " of every member");
      if (record.key == "mtime") global_mtime_ = seconds_of(record.value);
    }
  }

  void read_member() {
    Entry& entry = pending_;
    const ByteView header = entry.header;
    // Without the extension it could come first, where nothing else would say what this is.
    if (!entry.extensions.empty() && !looks_like_tar(header))
      in_.fail("an extended header stands in front of one that is no tar's");
    read_names();
    read_mtime();
    number(header, kMode, "mode");
    if (entry.type == '3' || entry.type == '4') {
      number(header, kDevmajor, "devmajor");
      number(header, kDevminor, "devminor");
    }
    if (entry.type == 'S') read_sparse_blocks();
    std::uint64_t size = number(header, kSize, "size");
    if (const auto record = find_record(entry.records, "size")) {
      const auto larger = size_of(*record);
      if (!larger) in_.fail("pax size is not a number");
      size = *larger;
    }
    const bool bare = entry.is_folder() || kBareTypes.find(entry.type) != std::string_view::npos;
    if (bare && size > 0)
      return object("a member of type " + quoted(entry.type) +
                    " has a size, which readers take in different ways");
    if (!bare && entry.type != 'S' && kPlainTypes.find(entry.type) == std::string_view::npos)
      return object("a member has type " + quoted(entry.type) +
                    ", which belongs to incremental and multi-volume archives or is unknown");
    entry.data = in_.take(size, "data");
    entry.padding = take_padding(size);
    passed_over(entry.data.size());
  }

  /// As name_of(); what had to be joined for it is the archive's.
  std::string_view name_in(ByteView header) {
    const std::string_view in_one = text_of(header, kName);
    const std::string joined = name_of(header);
    if (joined == in_one) return in_one;
    return as_text(
        archive_.own_bytes.emplace_back(as_bytes(joined).begin(), as_bytes(joined).end()));
  }

  void read_names() {
    Entry& entry = pending_;
    entry.name = name_in(entry.header);
    entry.linkname = text_of(entry.header, kLinkname);
    for (const Extension& extension : entry.extensions) {
      const std::string_view text = as_text(extension.data);
      if (extension.type == 'L') entry.name = text.substr(0, text.find('\0'));
      if (extension.type == 'K') entry.linkname = text.substr(0, text.find('\0'));
    }
    if (const auto path = find_record(entry.records, "path")) entry.name = *path;
    if (const auto path = find_record(entry.records, "linkpath")) entry.linkname = *path;
    if (const auto path = find_record(entry.records, "GNU.sparse.name")) entry.name = *path;
    for (const Record& record : entry.records)
      if (record.key.starts_with("GNU.volume.") || record.key == "GNU.dumpdir")
        object("a member belongs to an incremental or multi-volume archive");
    if (entry.name.empty()) object("a member has no name");
    if (entry.name.find('\0') != std::string::npos) object("a member's name holds a NUL");
  }

  void read_mtime() {
    const auto record = find_record(pending_.records, "mtime");
    auto seconds = record ? seconds_of(*record)
                          : (global_mtime_ ? global_mtime_ : number_of(pending_.header, kMtime));
    if (!seconds)
      throw FormatError(in_.offset() - kBlockBytes + kMtime.offset, "mtime is not a number");
    pending_.mtime = *seconds;
  }

  void read_sparse_blocks() {
    const ByteView from_here = in_.rest();
    bool more = as_text(field_of(pending_.header, kGnuIsExtended))[0] != '\0';
    while (more) {
      const ByteView block = in_.take(kBlockBytes, "sparse map");
      more = as_text(field_of(block, kSparseIsExtended))[0] != '\0';
    }
    pending_.sparse_blocks = from_here.first(from_here.size() - in_.remaining());
  }

  Reader in_;
  const Limits& limits_;
  Archive archive_;
  Entry pending_;
  std::optional<std::int64_t> global_mtime_;
};

}  // namespace

bool Entry::is_folder() const {
  // Before there was type 5, a slash at the end of the name told a folder.
  return type == '5' || ((type == '0' || type == '\0') && name.ends_with('/'));
}

Archive read_archive(ByteView input, const Limits& limits) {
  return ArchiveReader(input, limits).read();
}

}  // namespace normalize::tar
