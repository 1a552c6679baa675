#include "normalizers/tar/entry_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "rules/format_time.h"

namespace normalize::tar {
namespace {

constexpr Field kModeField{"mode", "tar --mode=go-w"};
constexpr Field kMtimeField{"mtime", "tar --mtime=@$SOURCE_DATE_EPOCH --clamp-mtime"};
constexpr Field kOwnerField{"uid, gid, uname, gname", "tar --owner=0 --group=0 --numeric-owner"};
constexpr Field kDeviceField{"devmajor, devminor", ""};
constexpr Field kAccessField{"atime, ctime", "tar --format=gnu without --incremental"};
constexpr Field kRecordsField{"pax header", "tar --pax-option=delete=atime,delete=ctime"};
constexpr Field kPaxNameField{"name of the pax header",
                              "tar --pax-option=exthdr.name=%d/PaxHeaders/%f"};
constexpr Field kPaxOwnField{"mode, owner and time of the pax header", ""};
constexpr Field kLinkField{"hard link", "tar --sort=name"};
constexpr Field kLinknameField{"linkname", "tar --sort=name"};
constexpr Field kSparseNameField{"name beside GNU.sparse.name", ""};
constexpr Field kStyleField{"number fields", ""};
constexpr Field kPaddingField{"padding", ""};

constexpr std::int64_t kPermissions = 0777, kOthersWrite = 022, kExecute = 0111, kSpecial = 07000;

std::string octal(std::int64_t value) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, 8).ptr;
  return {text.data(), end};
}

std::string number_text(ByteView block, Slot slot) {
  const auto value = number_of(block, slot);
  return value ? std::to_string(*value) : "?";
}

Bytes copy_of(ByteView block) { return {block.begin(), block.end()}; }

bool is_device(const Entry& entry) { return entry.type == '3' || entry.type == '4'; }

/// What a umask writes goes. Who sets one of the special bits has chosen the others too: 1777.
std::int64_t normal_mode(const Entry& entry, std::int64_t mode, bool strict) {
  const bool symbolic_link = entry.type == '2';
  if ((mode & kSpecial) != 0) return strict ? mode & (kSpecial | kPermissions) : mode;
  if (!strict) return symbolic_link ? mode : mode & ~kOthersWrite;
  if (symbolic_link) return 0777;
  return entry.is_folder() || (mode & kExecute) != 0 ? 0755 : 0644;
}

struct PathParts {
  std::string_view folder, base;
};

/// As dirname(1) and basename(1) have it.
PathParts split(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {".", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The name without the number of a process that GNU tar puts behind `word`: "PaxHeaders.123".
/// Unset where no folder of that kind is in it.
std::optional<std::string> without_pid(std::string_view name, std::string_view word) {
  const PathParts parts = split(name);
  const std::string_view marker = parts.folder.substr(parts.folder.rfind('/') + 1);
  if (!marker.starts_with(word)) return std::nullopt;
  const std::string_view number = marker.substr(word.size());
  if (!number.empty() && (!number.starts_with('.') || !is_number(number.substr(1))))
    return std::nullopt;
  std::string result(name.substr(0, static_cast<std::size_t>(marker.data() - name.data())));
  result += word;
  result += '/';
  result += parts.base;
  return result;
}

/// The name of a member's pax header. No reader uses it; GNU tar up to 1.31 put the number of its
/// process there, and a member that traded names needs its own.
std::string pax_header_name(const std::string& old, const Entry& entry) {
  const bool gnu = without_pid(old, "PaxHeaders").has_value();
  const bool libarchive = entry.renamed && without_pid(old, "PaxHeader").has_value();
  if (!gnu && !libarchive) return old;
  const PathParts parts = split(entry.name);
  return std::string(parts.folder) + (gnu ? "/PaxHeaders/" : "/PaxHeader/") +
         std::string(parts.base);
}

/// GNU tar's default is $TMPDIR/GlobalHead.PID.N, or without the PID.
std::string global_header_name(const std::string& old) {
  const std::string_view base = split(old).base;
  if (!base.starts_with("GlobalHead.")) return old;
  const std::string_view number = base.substr(base.rfind('.') + 1);
  return is_number(number) ? "GlobalHead." + std::string(number) : old;
}

/// Mode, owner and time, as a finding shows them.
std::string stat_text(ByteView block) {
  std::string text = octal(number_of(block, kMode).value_or(0));
  text += " " + number_text(block, kUid) + ":" + number_text(block, kGid);
  text += " " + std::string(text_of(block, kUname)) + ":" + std::string(text_of(block, kGname));
  return text + " " + format_time(number_of(block, kMtime).value_or(0));
}

std::string serialized(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : records) append_record(text, record.key, record.value);
  return text;
}

std::size_t padding_of(std::uint64_t size) {
  return static_cast<std::size_t>((kBlockBytes - size % kBlockBytes) % kBlockBytes);
}

}  // namespace

void EntryWriter::carry(ByteView bytes) {
  const bool in_input =
      bytes.data() >= input_.data() && bytes.data() < input_.data() + input_.size();
  if (in_input)
    out_.carry(bytes);
  else
    out_.bytes(bytes);
}

void EntryWriter::put(Bytes& block, Slot slot, std::int64_t value) {
  const bool same_value = number_of(block, slot) == value;
  const Bytes before = copy_of(field_of(block, slot));
  put_number(block, slot, value);
  if (same_value && !equal(before, field_of(block, slot))) numbers_restyled_ = true;
}

void EntryWriter::settle_mode(const Entry& entry, Bytes& block) {
  const std::int64_t before = number_of(block, kMode).value_or(0);
  const std::int64_t after = normal_mode(entry, before, context_.rules().strict());
  if (before != after) context_.changed(kModeField, octal(before), octal(after), entry.name);
  put(block, kMode, after);
}

bool EntryWriter::settle_mtime(const Entry& entry, Bytes& block) {
  const std::int64_t after =
      context_.settle_time(kMtimeField, entry.mtime, kMtimeRange, entry.name);
  put(block, kMtime, after);
  return after != entry.mtime;
}

void EntryWriter::settle_owner(const Entry& entry, Bytes& block) {
  std::string before = number_text(block, kUid) + ":" + number_text(block, kGid);
  if (dialect_of(block) != Dialect::v7) {
    const std::string names =
        std::string(text_of(block, kUname)) + ":" + std::string(text_of(block, kGname));
    if (names != ":") before += " " + names;
    put_text(block, kUname, "");
    put_text(block, kGname, "");
  }
  put(block, kUid, 0);
  put(block, kGid, 0);
  if (before != "0:0") context_.changed(kOwnerField, before, "0:0", entry.name);
}

void EntryWriter::settle_device(const Entry& entry, Bytes& block) {
  if (dialect_of(block) == Dialect::v7) return;
  const std::string before = number_text(block, kDevmajor) + ":" + number_text(block, kDevminor);
  for (const Slot slot : {kDevmajor, kDevminor}) {
    if (is_zero(field_of(block, slot))) continue;  // as GNU tar leaves them
    put(block, slot, is_device(entry) ? number_of(block, slot).value_or(0) : 0);
  }
  if (!is_device(entry) && before != "0:0")
    context_.changed(kDeviceField, before, "0:0", entry.name);
}

void EntryWriter::settle_access_times(const Entry& entry, Bytes& block) {
  const Dialect dialect = dialect_of(block);
  if (dialect != Dialect::gnu && dialect != Dialect::star) return;
  const bool gnu = dialect == Dialect::gnu;
  const Slot atime = gnu ? kGnuAtime : kStarAtime, ctime = gnu ? kGnuCtime : kStarCtime;
  const std::string before = number_text(block, atime) + ", " + number_text(block, ctime);
  if (before == "0, 0") return;
  // star knows its own archives by the digits in these two.
  for (const Slot slot : {atime, ctime}) put_text(block, slot, gnu ? "" : "00000000000 ");
  context_.changed(kAccessField, before, "0, 0", entry.name);
}

/// Clears what an earlier text has left behind the NUL.
void EntryWriter::settle_texts(Bytes& block) {
  const auto clear = [&](Slot slot) {
    const std::string text(text_of(block, slot));
    if (is_zero(field_of(block, slot).subspan(text.size()))) return;
    put_text(block, slot, text);
    padding_cleared_ = true;
  };
  clear(kName);
  clear(kLinkname);
  if (dialect_of(block) == Dialect::ustar) clear(kPrefix);
}

std::vector<Record> EntryWriter::kept_records(const Entry& entry, bool mtime_said) {
  std::vector<Record> kept;
  std::string dropped;
  for (const Record& record : entry.records) {
    if (!is_noise(record.key)) {
      kept.push_back(record);
    } else if (!mtime_said || record.key != "mtime") {
      if (!dropped.empty()) dropped += ", ";
      dropped += std::string(record.key) + "=" + std::string(record.value);
    }
  }
  if (kept.size() == 1 && kept.front().key == "hdrcharset") {  // says how to read nothing
    dropped += (dropped.empty() ? "" : ", ") + std::string("hdrcharset");
    kept.clear();
  }
  if (!dropped.empty()) context_.changed(kRecordsField, dropped, "", entry.name);
  return kept;
}

void EntryWriter::settle_extension(Bytes& block, const Entry& entry) {
  const Bytes before = block;
  put(block, kMode, number_of(block, kMode).value_or(0) & ~kOthersWrite);
  put(block, kUid, 0);
  put(block, kGid, 0);
  const std::int64_t mtime = number_of(block, kMtime).value_or(0);
  put(block, kMtime, context_.rules().normal_time(mtime, kMtimeRange));
  put_text(block, kUname, "");
  put_text(block, kGname, "");
  for (const Slot slot : {kDevmajor, kDevminor})
    if (!is_zero(field_of(block, slot))) put(block, slot, 0);
  settle_texts(block);
  const std::string was = stat_text(before), is = stat_text(block);
  if (was != is) context_.changed(kPaxOwnField, was, is, entry.name);
}

/// Writes `records` as extended or global header. A member that traded names may need one although
/// it had none: then `extension` is null.
void EntryWriter::write_records(const Entry& entry, const std::vector<Record>& records,
                                const Extension* extension) {
  if (records.empty()) return;
  const ByteView header = extension ? extension->header : entry.header;
  Bytes block = copy_of(header);
  const std::string old_name = extension ? name_of(header) : "./PaxHeaders/";
  const std::string name =
      entry.type == 'g' ? global_header_name(old_name) : pax_header_name(old_name, entry);
  if (!extension) {
    put_text(block, kTypeflag, "x");
    put_text(block, kLinkname, "");
  }
  if (name != old_name) {
    put_text(block, kPrefix, "");
    put_text(block, kName, std::string_view(name).substr(0, kName.length));
    if (name_of(block) != old_name)
      context_.changed(kPaxNameField, old_name, name_of(block), entry.name);
  }
  settle_extension(block, entry);
  const std::string text = serialized(records);
  put(block, kSize, static_cast<std::int64_t>(text.size()));
  write_block(header, block);
  out_.text(text);
  out_.zeros(padding_of(text.size()));
}

void EntryWriter::write_extensions(const Entry& entry, const std::vector<Record>& records) {
  bool records_written = false;
  for (const Extension& extension : entry.extensions) {
    if (extension.type == 'x') {
      write_records(entry, records, &extension);
      records_written = true;
    } else {
      carry(extension.whole);  // '././@LongLink', the same everywhere
    }
  }
  if (!records_written) write_records(entry, records, nullptr);
}

void EntryWriter::write_block(ByteView before, Bytes& after) {
  put_checksum(after);
  if (equal(before, after)) return carry(before);
  const ByteView old_sum = field_of(before, kChksum);
  if (number_of(before, kChksum) == number_of(after, kChksum) &&
      !equal(old_sum, field_of(after, kChksum)))
    numbers_restyled_ = true;
  out_.bytes(after);
}

void EntryWriter::write_data(const Entry& entry, const std::optional<Content>& data) {
  if (data) {
    out_.carry(*data);
    out_.zeros(padding_of(data->size()));
    return;
  }
  out_.carry(entry.data);
  if (is_zero(entry.padding)) return out_.carry(entry.padding);
  out_.zeros(entry.padding.size());
  padding_cleared_ = true;
}

void EntryWriter::settle_links(const Entry& entry) {
  if (entry.renamed && !entry.is_link())
    context_.changed(kLinkField, "a link", "the file that the others link to", entry.name);
  if (entry.relinked)
    context_.changed(kLinknameField, "another of the names", entry.linkname, entry.name);
}

/// Beside the record that holds the name GNU tar writes "folder/GNUSparseFile.PID/file".
void EntryWriter::settle_sparse_name(const Entry& entry, const std::vector<Record>& records,
                                     Bytes& block) {
  if (!find_record(records, "GNU.sparse.name")) return;
  const std::string before = name_of(block);
  const std::string after = without_pid(before, "GNUSparseFile").value_or(before);
  if (after == before) return;
  put_text(block, kPrefix, "");
  put_text(block, kName, std::string_view(after).substr(0, kName.length));
  context_.changed(kSparseNameField, before, name_of(block), entry.name);
}

void EntryWriter::write(const Entry& entry, const std::optional<Content>& data) {
  if (entry.type == 'g') {
    const Extension global{'g', {}, entry.header, entry.data};
    return write_records(entry, kept_records(entry, false), &global);
  }
  Bytes block = copy_of(entry.header);
  settle_mode(entry, block);
  const bool mtime_said = settle_mtime(entry, block);
  settle_owner(entry, block);
  settle_device(entry, block);
  settle_access_times(entry, block);
  settle_texts(block);
  std::vector<Record> records = kept_records(entry, mtime_said);
  std::string new_size;
  if (data) {
    new_size = std::to_string(data->size());
    for (Record& record : records)
      if (record.key == "size") record.value = new_size;
    put(block, kSize, static_cast<std::int64_t>(data->size()));
  } else {
    put(block, kSize, number_of(block, kSize).value_or(0));
  }
  settle_links(entry);
  settle_sparse_name(entry, records, block);
  write_extensions(entry, records);
  write_block(entry.header, block);
  out_.carry(entry.sparse_blocks);
  write_data(entry, data);
}

void EntryWriter::write_fixed(const Entry& entry, const std::optional<Content>& data) {
  for (const Extension& extension : entry.extensions) out_.carry(extension.whole);
  if (!data || data->size() == entry.data.size()) {
    out_.carry(entry.header);
  } else {
    Bytes block = copy_of(entry.header);
    put_number(block, kSize, static_cast<std::int64_t>(data->size()));
    put_checksum(block);
    out_.bytes(block);
  }
  out_.carry(entry.sparse_blocks);
  if (data) return write_data(entry, data);
  out_.carry(entry.data);
  out_.carry(entry.padding);
}

void EntryWriter::finish() {
  if (numbers_restyled_)
    context_.changed(kStyleField, "as their writer pads them", "octal, zeros in front, NUL behind");
  if (padding_cleared_) context_.changed(kPaddingField, "what memory held", "zeros");
}

}  // namespace normalize::tar
