#pragma once

#include <vector>

#include "normalizers/context.h"
#include "normalizers/zip/records.h"
#include "normalizers/zip/repack.h"
#include "normalizers/zip/times.h"

namespace normalize::zip {

/// The bytes of one entry, unpacked as far as somebody asks.
class EntrySource final : public Source {
 public:
  EntrySource(const Entry& entry, Context& context);
  std::uint64_t size() override { return header_.size; }
  ByteView head() override;
  ByteView tail(std::size_t count) override;
  ByteView all() override;
  bool packed() const override { return header_.method != kStored; }

 private:
  void unpack();

  const Header header_;  // the entry may be packed in another way before this source is done with
  const ByteView data_;
  const std::size_t offset_, data_offset_;
  Context& context_;
  Bytes head_;
  Buffer unpacked_;
  bool is_unpacked_ = false, is_checked_ = false;
};

/// Whether an entry is a file whose bytes can be looked at: not a folder, a link, encrypted, or
/// packed by a method that is not opened here.
bool can_open(const Entry& entry);

/// Sends every member through the whole registry, in the order of the archive, but .pyc files
/// behind the sources that they depend on, and what tells of a conda package's files behind those.
/// `times` belong to the entries.
void settle_members(Archive& archive, const std::vector<EntryTime>& times, Repacker& repacker,
                    Context& context, Overseer* overseer = nullptr);

}  // namespace normalize::zip
