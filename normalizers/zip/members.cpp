#include "normalizers/zip/members.h"

#include <unordered_map>

#include "normalizers/bytes/checksum.h"

namespace normalize::zip {
namespace {

constexpr Field kData{"file data", ""};
/// Up to this size unpacking all by libdeflate is quicker than a head by zlib.
constexpr std::uint64_t kSmall = 8192;

/// Section 4.4.4, bits 1 and 2: normal, maximum, fast, super fast.
DeflateRecipe recipe_by_flags(const Entry& entry) {
  static constexpr int kLevels[] = {6, 9, 2, 1};
  return {kLevels[(entry.central.flags & kDeflateLevel) >> 1], 8};
}

/// The entries of an archive as a format sees the files beside its own.
class EntryNeighbours final : public Neighbours {
 public:
  EntryNeighbours(const Archive& archive, const std::vector<EntryTime>& times, Context& context)
      : archive_(archive), times_(times), context_(context) {}

  std::optional<Neighbour> find(std::string_view name) const override {
    const auto index = index_of(name);
    if (!index) return std::nullopt;
    const EntryTime& time = times_[*index];
    return Neighbour{time.before, time.after, !time.is_utc};
  }

  std::optional<Bytes> read(std::string_view name) const override {
    const auto index = index_of(name);
    if (!index || !can_open(archive_.entries[*index])) return std::nullopt;
    Entry entry = archive_.entries[*index];
    Bytes storage;
    if (entry.repacked) entry.data = entry.repacked->contiguous(storage);
    try {
      EntrySource source(entry, context_);
      const ByteView all = source.all();
      return Bytes(all.begin(), all.end());
    } catch (const FormatError&) {
      return std::nullopt;
    }
  }

 private:
  std::optional<std::size_t> index_of(std::string_view name) const {
    if (by_name_.empty())
      for (std::size_t i = 0; i < archive_.entries.size(); ++i)
        if (!archive_.entries[i].is_folder() && !archive_.entries[i].is_symlink())
          by_name_.insert_or_assign(archive_.entries[i].text_name(), i);  // readers take the last
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? std::nullopt : std::optional(found->second);
  }

  const Archive& archive_;
  const std::vector<EntryTime>& times_;
  Context& context_;
  mutable std::unordered_map<std::string_view, std::size_t>
      by_name_;  // filled at the first question
};

bool depends_on_neighbours(const Entry& entry) {
  return entry.text_name().ends_with(".pyc") || entry.text_name().ends_with(".pyo");
}

void update(Header& local, const Header& before, const Header& after) {
  // With bit 3 zeros stand here, and go on doing so.
  if (local.crc == before.crc) local.crc = after.crc;
  if (local.size == before.size) local.size = after.size;
  if (local.packed_size == before.packed_size) local.packed_size = after.packed_size;
}

}  // namespace

void EntrySource::unpack() {
  if (is_unpacked_) return;
  const Header& header = entry_.central;
  if (header.method == kStored) {
    if (entry_.data.size() != header.size)
      throw FormatError(entry_.offset, "compressed and uncompressed size of a stored file differ");
  } else {
    Inflated inflated =
        inflate(entry_.data, header.size, context_.expansion_left(), entry_.data_offset);
    if (inflated.stream_bytes != entry_.data.size())
      throw FormatError(entry_.data_offset + inflated.stream_bytes,
                        "the deflated data ends before its compressed size");
    if (inflated.data.size() != header.size)
      throw FormatError(entry_.offset, "uncompressed size does not match the data");
    unpacked_ = std::move(inflated.data);
  }
  is_unpacked_ = true;
}

ByteView EntrySource::head() {
  const Header& header = entry_.central;
  if (header.method == kStored || header.size <= kSmall) unpack();
  if (header.method == kStored) return entry_.data.first(std::min(entry_.data.size(), kHeadBytes));
  if (is_unpacked_) return ByteView(unpacked_).first(std::min(unpacked_.size(), kHeadBytes));
  if (head_.empty()) head_ = inflate_head(entry_.data, kHeadBytes, entry_.data_offset);
  return head_;
}

ByteView EntrySource::all() {
  unpack();
  const ByteView bytes = entry_.central.method == kStored ? entry_.data : ByteView(unpacked_);
  if (!is_checked_) {
    if (packed()) context_.spend(bytes.size());
    if (crc32(bytes) != entry_.central.crc)
      throw FormatError(entry_.offset, "crc-32 does not match the data");
    is_checked_ = true;
  }
  return bytes;
}

ByteView EntrySource::tail(std::size_t count) {
  const ByteView bytes = all();
  return bytes.last(std::min(bytes.size(), count));
}

bool can_open(const Entry& entry) {
  const bool known = entry.central.method == kStored || entry.central.method == kDeflated;
  return known && entry.central.size > 0 && !entry.is_encrypted() && !entry.is_folder() &&
         !entry.is_symlink();
}

Bytes Repacker::pack(const Entry& entry, ByteView before, const Content& after) {
  const DeflateRecipe by_flags = recipe_by_flags(entry);
  const auto found = find_deflate_recipe(before, entry.data, last_.value_or(by_flags));
  if (found) last_ = found;
  return deflate(after, found.value_or(by_flags));
}

void Repacker::replace(Entry& entry, ByteView before, const Content& after) {
  if (on_change_) on_change_(entry, before, after);
  const Header old = entry.central;
  entry.repacked = old.method == kStored ? after : Content::own(pack(entry, before, after));
  entry.central.crc = crc32(after);
  entry.central.size = after.size();
  entry.central.packed_size = entry.repacked->size();
  update(entry.local, old, entry.central);
  if (old.method != kStored)
    context_.changed(kData, std::to_string(old.packed_size) + " bytes",
                     std::to_string(entry.repacked->size()) + " bytes, packed again",
                     entry.text_name());
}

void settle_members(Archive& archive, const std::vector<EntryTime>& times, Repacker& repacker,
                    Context& context) {
  const EntryNeighbours neighbours(archive, times, context);
  for (const bool dependent : {false, true})
    for (Entry& entry : archive.entries) {
      if (depends_on_neighbours(entry) != dependent || !can_open(entry)) continue;
      EntrySource source(entry, context);
      if (const auto after = context.member(entry.text_name(), source, &neighbours))
        repacker.replace(entry, source.all(), *after);
    }
}

}  // namespace normalize::zip
