#pragma once

#include "normalizers/metadata/xmp.h"
#include "normalizers/pdf/document.h"

namespace normalize::pdf {

/// A document's XMP packet (section 14.3.2).
struct Packet {
  Stream stream;
  Payload payload;
  Bytes after;
  std::vector<XmpIdentifier> identifiers;
};

/// What becomes of metadata in object streams and packed packets.
enum class PackedStreams { settle, keep };

/// The documents' metadata of all revisions: dates in the information dictionary (section 14.3.3)
/// and in XMP packets. They are settled as they are read.
class Metadata {
 public:
  /// The arguments outlive this. Changes of an earlier one to object streams are forgotten.
  Metadata(Document& document, PackedStreams packed, Context& context);

  /// What to replace in the file for strings that stand there.
  const Edits& string_edits() const { return edits_; }
  const std::vector<Packet>& packets() const { return packets_; }
  bool has_identifiers() const;

  /// Gives every identifier of the packets a value that follows from `digest`: the same value to
  /// those that were the same.
  void settle_identifiers(const Bytes& digest);

 private:
  void read_information(std::size_t view);
  void settle_date(const Field& field, const Object& string);
  void store(const Object& string, Bytes token);
  void read_packet(std::size_t view);

  Document& document_;
  PackedStreams packed_;
  Context& context_;
  Edits edits_;
  std::vector<Packet> packets_;
  std::set<std::pair<const ObjectStream*, std::size_t>> seen_;
};

}  // namespace normalize::pdf
