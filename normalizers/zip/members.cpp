#include "normalizers/zip/members.h"

#include <unordered_map>

#include "normalizers/bytes/checksum.h"
#include "normalizers/codec/deflate_start.h"
#include "normalizers/registry.h"
#include "normalizers/zip/conda.h"

namespace normalize::zip {
namespace {

/// Up to this size unpacking all by libdeflate is quicker than a head by zlib.
constexpr std::uint64_t kSmall = 8192;

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
    Buffer storage;
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
  // Filled at the first question.
  mutable std::unordered_map<std::string_view, std::size_t> by_name_;
};

bool depends_on_neighbours(const Entry& entry) {
  const std::string_view name = entry.text_name();
  return name.ends_with(".pyc") || name.ends_with(".pyo") || is_conda_info(name);
}

bool surely_nobodys(const Entry& entry) {
  return entry.central.method == kDeflated &&
         normalize::surely_nobodys(deflate_start(entry.data).view());
}

/// Packs a member anew although its contents stay. What cannot be unpacked stays packed, and is
/// said unless it was when somebody looked at it.
void repack_unchanged(Entry& entry, Source& source, Repacker& repacker, bool already_said,
                      Context& context) {
  const std::string kept = "; left as it was";
  try {
    repacker.repack(entry, source.all());
  } catch (const FormatError& error) {
    if (!already_said) context.damaged(error.what() + kept, entry.text_name());
  } catch (const LimitError& error) {
    if (!already_said) context.damaged(error.what() + kept, entry.text_name());
  }
}

void settle_member(Entry& entry, const MemberTerms& terms, Repacker& repacker, Context& context) {
  const bool repacks = repacker.repacks(entry);
  if (repacks && entry.central.size == 0 && entry.central.crc == 0)
    return repacker.repack(entry, {});
  passed_over(entry.data.size());
  if (!can_open(entry)) return;
  if (!repacks && surely_nobodys(entry) && !context.may_be_ruled(entry.text_name())) return;
  EntrySource source(entry, context);
  if (context.rules().noise && context.claims(entry.text_name(), source) &&
      !repacker.reproduces(entry, source.all()))
    return;
  const std::size_t remarks = context.mark().remarks;
  if (const auto after = context.member(entry.text_name(), source, terms))
    repacker.replace(entry, source.all(), *after);
  else if (repacks)
    repack_unchanged(entry, source, repacker, context.mark().remarks != remarks, context);
}

}  // namespace

EntrySource::EntrySource(const Entry& entry, Context& context)
    : header_(entry.central),
      data_(entry.data),
      offset_(entry.offset),
      data_offset_(entry.data_offset),
      context_(context) {}

void EntrySource::unpack() {
  if (is_unpacked_) return;
  if (header_.method == kStored) {
    if (data_.size() != header_.size)
      throw FormatError(offset_, "compressed and uncompressed size of a stored file differ");
  } else {
    Inflated inflated = inflate(data_, header_.size, context_.expansion_left(), data_offset_);
    if (inflated.stream_bytes != data_.size())
      throw FormatError(data_offset_ + inflated.stream_bytes,
                        "the deflated data ends before its compressed size");
    if (inflated.data.size() != header_.size)
      throw FormatError(offset_, "uncompressed size does not match the data");
    unpacked_ = std::move(inflated.data);
  }
  is_unpacked_ = true;
}

ByteView EntrySource::head() {
  if (header_.method == kStored || header_.size <= kSmall) unpack();
  if (is_unpacked_) {
    const ByteView bytes = packed() ? ByteView(unpacked_) : data_;
    return bytes.first(std::min(bytes.size(), kHeadBytes));
  }
  if (head_.empty()) head_ = inflate_head(data_, kHeadBytes, data_offset_);
  return head_;
}

ByteView EntrySource::all() {
  unpack();
  const ByteView bytes = packed() ? ByteView(unpacked_) : data_;
  if (!is_checked_) {
    if (packed()) context_.spend(bytes.size());
    if (crc32(bytes) != header_.crc) throw FormatError(offset_, "crc-32 does not match the data");
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

void settle_members(Archive& archive, const std::vector<EntryTime>& times, Repacker& repacker,
                    Context& context, Overseer* overseer) {
  const EntryNeighbours neighbours(archive, times, context);
  for (const bool dependent : {false, true})
    for (Entry& entry : archive.entries)
      if (depends_on_neighbours(entry) == dependent)
        settle_member(entry, {&neighbours, overseer}, repacker, context);
}

}  // namespace normalize::zip
