#pragma once

#include <optional>

#include "normalizers/bytes/writer.h"
#include "normalizers/context.h"
#include "normalizers/tar/header_rewriter.h"

namespace normalize::tar {

/// Writes entries in their normal form.
class EntryWriter {
 public:
  /// For entries that view `input`. The arguments outlive the object.
  EntryWriter(Writer& out, ByteView input, HeaderTerms terms, Context& context)
      : out_(out), input_(input), terms_(terms), context_(context) {}

  /// `data` is the member's new content; unset where it stays.
  void write(const Entry& entry, const std::optional<Content>& data);
  /// The same with no field touched but what the new content asks for.
  void write_fixed(const Entry& entry, const std::optional<Content>& data);
  /// Records what was changed all over the archive. The last call.
  void finish();

 private:
  bool keeps_owner(const Entry& entry, std::string_view key) const;
  std::vector<Record> kept_records(const Entry& entry, bool mtime_said);
  void write_extensions(const Entry& entry, const std::vector<Record>& records);
  void write_records(const Entry& entry, const std::vector<Record>& records,
                     const Extension* extension);
  void write_data(const Entry& entry, const std::optional<Content>& data);
  void note_links(const Entry& entry);
  /// As Writer::carry(), but copies what is not in the input.
  void carry(ByteView bytes);
  /// Writes `after`, as a view of `before` where they are equal.
  void write_block(ByteView before, ByteView after);

  Writer& out_;
  ByteView input_;
  const HeaderTerms terms_;
  Context& context_;
  Restyling restyling_;
};

}  // namespace normalize::tar
