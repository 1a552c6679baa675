#pragma once

#include <optional>
#include <string>

#include "normalizers/bytes/writer.h"
#include "normalizers/context.h"
#include "normalizers/tar/archive.h"

namespace normalize::tar {

/// What eleven octal digits hold.
inline constexpr TimeRange kMtimeRange{0, 077'777'777'777};

/// Writes entries in their normal form.
class EntryWriter {
 public:
  /// For entries that view `input`. The arguments outlive the object.
  EntryWriter(Writer& out, ByteView input, Context& context)
      : out_(out), input_(input), context_(context) {}

  /// `data` is the member's new content; unset where it stays.
  void write(const Entry& entry, const std::optional<Content>& data);
  /// The same with no field touched but what the new content asks for.
  void write_fixed(const Entry& entry, const std::optional<Content>& data);
  /// Records what was changed all over the archive. The last call.
  void finish();

 private:
  void write_extensions(const Entry& entry, const std::vector<Record>& records);
  void write_records(const Entry& entry, const std::vector<Record>& records,
                     const Extension* extension);
  void write_data(const Entry& entry, const std::optional<Content>& data);
  void write_block(ByteView before, Bytes& after);
  /// As Writer::carry(), but copies what is not in the input.
  void carry(ByteView bytes);

  void settle_links(const Entry& entry);
  void settle_sparse_name(const Entry& entry, const std::vector<Record>& records, Bytes& block);

  std::vector<Record> kept_records(const Entry& entry, bool mtime_said);
  void settle_mode(const Entry& entry, Bytes& block);
  bool settle_mtime(const Entry& entry, Bytes& block);
  void settle_owner(const Entry& entry, Bytes& block);
  void settle_device(const Entry& entry, Bytes& block);
  void settle_access_times(const Entry& entry, Bytes& block);
  void settle_texts(Bytes& block);
  void settle_extension(Bytes& block, const Entry& entry);
  /// Writes the number in the one form we have for it.
  void put(Bytes& block, Slot slot, std::int64_t value);

  Writer& out_;
  ByteView input_;
  Context& context_;
  bool numbers_restyled_ = false, padding_cleared_ = false;
};

}  // namespace normalize::tar
