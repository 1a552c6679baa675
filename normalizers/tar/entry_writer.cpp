#include "normalizers/tar/entry_writer.h"

#include "normalizers/tar/names.h"
#include "rules/owners.h"

namespace normalize::tar {
namespace {

constexpr Field kRecordsField{"pax header", "tar --pax-option=delete=atime,delete=ctime"};
constexpr Field kPaxNameField{"name of the pax header",
                              "tar --pax-option=exthdr.name=%d/PaxHeaders/%f"};
constexpr Field kSparseNameField{"name beside GNU.sparse.name", ""};
constexpr Field kLinkField{"hard link", "tar --sort=name"};
constexpr Field kLinknameField{"linkname", "tar --sort=name"};
constexpr Field kNumbersField{"number fields", ""};
constexpr Field kPaddingField{"padding", ""};

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

void EntryWriter::write_block(ByteView before, ByteView after) {
  if (equal(before, after))
    carry(before);
  else
    out_.bytes(after);
}

/// Whether a record, which may be none of an owner, stays because the owner does.
bool EntryWriter::keeps_owner(const Entry& entry, std::string_view key) const {
  const bool user = key == "uid" || key == "uname", group = key == "gid" || key == "gname";
  if (entry.type == 'g' || !(user || group)) return false;
  if (owner_matters(entry)) return true;
  if (key.ends_with("name") && terms_.owners == Owners::names) return true;
  const auto record = find_record(entry.records, user ? "uid" : "gid");
  const auto large = record ? size_of(*record) : std::nullopt;
  const std::int64_t id = large ? static_cast<std::int64_t>(*large)
                                : number_of(entry.header, user ? kUid : kGid).value_or(0);
  return terms_.owners != Owners::root && normal_owner(id, terms_.owners) == id;
}

/// The records that are no noise; the others are recorded, but for a time that `mtime_said` covers.
std::vector<Record> EntryWriter::kept_records(const Entry& entry, bool mtime_said) {
  std::vector<Record> kept;
  std::string dropped;
  const auto drop = [&](std::string_view key, std::string_view value) {
    if (!dropped.empty()) dropped += ", ";
    dropped += std::string(key) + "=" + std::string(value);
  };
  // What a global header tells of others decides their order, so that stays what it is.
  const Profile profile = entry.type == 'g' ? Profile::safe : context_.rules().profile;
  for (const Record& record : entry.records) {
    if (!is_noise(record.key, profile) || keeps_owner(entry, record.key))
      kept.push_back(record);
    else if (!mtime_said || record.key != "mtime")
      drop(record.key, record.value);
  }
  if (entry.type != 'g' && kept.size() == 1 &&
      kept.front().key == "hdrcharset") {  // says how to read nothing
    drop(kept.front().key, kept.front().value);
    kept.clear();
  }
  if (!dropped.empty()) context_.changed(kRecordsField, dropped, "", entry.name);
  return kept;
}

/// Writes `records` as extended or global header. A member that traded names may need one although
/// it had none: then `extension` is null.
void EntryWriter::write_records(const Entry& entry, const std::vector<Record>& records,
                                const Extension* extension) {
  if (records.empty()) {
    if (extension && entry.records.empty())
      context_.changed(kRecordsField, "a header without records", "", entry.name);
    return;
  }
  const ByteView header = extension ? extension->header : entry.header;
  HeaderRewriter block(header, entry, terms_, restyling_, context_);
  if (!extension) block.make_extended();
  const std::string old_name = extension ? name_of(header) : "./PaxHeaders/x";
  block.rename(kPaxNameField,
               entry.type == 'g' ? global_header_name(old_name) : pax_header_name(old_name, entry));
  block.settle_extension();
  const std::string text = serialized(records);
  block.set_size(text.size());
  write_block(header, block.finish());
  if (extension && equal(extension->data, as_bytes(text)))
    carry(extension->data);
  else
    out_.text(text);
  out_.zeros(padding_of(text.size()));
  if (extension && !is_zero(entry.type == 'g' ? entry.padding : extension->padding()))
    restyling_.padding = true;
}

void EntryWriter::write_extensions(const Entry& entry, const std::vector<Record>& records) {
  bool records_written = false;
  for (const Extension& extension : entry.extensions) {
    if (extension.type == 'x') {
      write_records(entry, records, &extension);
      records_written = true;
    } else {
      carry(extension.whole);  // "././@LongLink", which holds no noise
    }
  }
  if (!records_written) write_records(entry, records, nullptr);
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
  restyling_.padding = true;
}

void EntryWriter::note_links(const Entry& entry) {
  if (entry.renamed && !entry.is_link())
    context_.changed(kLinkField, "a link", "the file that the others link to", entry.name);
  if (entry.relinked)
    context_.changed(kLinknameField, "another of the names", entry.linkname, entry.name);
}

void EntryWriter::write(const Entry& entry, const std::optional<Content>& data) {
  if (entry.type == 'g') {
    const Extension global{'g', {}, entry.header, entry.data};
    return write_records(entry, kept_records(entry, false), &global);
  }
  HeaderRewriter block(entry.header, entry, terms_, restyling_, context_);
  block.settle_member();
  note_links(entry);
  std::vector<Record> records = kept_records(entry, block.mtime_changed());
  const std::string new_size = data ? std::to_string(data->size()) : "";
  if (data) {
    for (Record& record : records)
      if (record.key == "size") record.value = new_size;
    block.set_size(data->size());
  } else {
    block.keep_size();
  }
  if (find_record(records, "GNU.sparse.name"))
    block.rename(kSparseNameField, sparse_file_name(name_of(entry.header)));
  write_extensions(entry, records);
  write_block(entry.header, block.finish());
  out_.carry(entry.sparse_blocks);
  write_data(entry, data);
}

void EntryWriter::write_fixed(const Entry& entry, const std::optional<Content>& data) {
  for (const Extension& extension : entry.extensions) out_.carry(extension.whole);
  if (!data || data->size() == entry.data.size()) {
    out_.carry(entry.header);
  } else {
    Bytes block(entry.header.begin(), entry.header.end());
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
  if (restyling_.numbers)
    context_.changed(kNumbersField, "as their writer pads them",
                     "octal, zeros in front, NUL behind");
  if (restyling_.padding) context_.changed(kPaddingField, "what memory held", "zeros");
}

}  // namespace normalize::tar
