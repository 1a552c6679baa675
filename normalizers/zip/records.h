#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/bytes/content.h"
#include "rules/rules.h"

/// The records of a zip archive, as they stand in the file. Sections are those of APPNOTE.TXT
/// 6.3.10.
namespace normalize::zip {

inline constexpr std::string_view kLocalSignature = "PK\3\4", kCentralSignature = "PK\1\2",
                                  kEndSignature = "PK\5\6", kEnd64Signature = "PK\6\6",
                                  kLocatorSignature = "PK\6\7", kDescriptorSignature = "PK\7\10",
                                  kDigitalSignature = "PK\5\5";

inline constexpr std::uint16_t kSentinel16 = 0xffff;       // section 4.4.1.4: the value is in the
inline constexpr std::uint32_t kSentinel32 = 0xffff'ffff;  // zip64 field or record

/// Section 4.4.4, general purpose bit flag.
inline constexpr std::uint16_t kEncrypted = 1 << 0, kDeflateLevel = 3 << 1,
                               kDescriptorFollows = 1 << 3, kStrongEncryption = 1 << 6,
                               kUtf8 = 1 << 11, kMaskedHeaders = 1 << 13;

/// Section 4.4.5, compression method.
inline constexpr std::uint16_t kStored = 0, kDeflated = 8, kAes = 99;

/// A DOS date and time (section 4.4.6): two seconds a step, in a zone nobody wrote down.
struct DosTime {
  std::uint16_t time = 0, date = 0;
  friend bool operator==(const DosTime&, const DosTime&) = default;
};

/// What local and central headers both say (sections 4.3.7 and 4.3.12), zip64 fields resolved.
struct Header {
  std::uint16_t needed = 0, flags = 0, method = 0;
  DosTime modified;
  std::uint32_t crc = 0;
  std::uint64_t packed_size = 0, size = 0;
  bool packed_size_in_64 = false, size_in_64 = false;
  ByteView extra;
};

/// Section 4.3.9: what follows the data where the sizes were not known in front of it.
struct Descriptor {
  bool present = false, has_signature = false, wide = false;
};

struct Entry {
  Header central, local;
  ByteView name, comment;
  std::uint16_t made_by = 0, internal_attributes = 0;
  std::uint32_t external_attributes = 0;
  bool disk_in_64 = false;
  std::size_t offset = 0;  // of the local header in the file
  ByteView data;           // as packed
  std::size_t data_offset = 0;
  Descriptor descriptor;
  std::size_t alignment = 1;     // that the data has to keep, by padding of the local extra field
  std::uint16_t padding_id = 0;  // the header ID of the padding; 0 for bare zeros
  std::optional<Content> repacked;  // what stands in for `data` where the member changed

  std::string_view text_name() const { return as_text(name); }
  bool is_folder() const { return text_name().ends_with('/'); }
  bool is_encrypted() const { return (central.flags | local.flags) & kEncrypted; }
  bool has_flag(std::uint16_t flag) const { return (central.flags | local.flags) & flag; }
  /// Section 4.4.2: the system whose attributes the entry has.
  unsigned host() const { return made_by >> 8; }
  std::uint32_t mode() const { return external_attributes >> 16; }
  bool has_unix_mode() const;
  bool is_symlink() const;
};

/// Sections 4.3.14 to 4.3.16: the records behind the central directory, zip64 ones resolved.
struct End {
  std::uint64_t entries = 0, directory_size = 0, directory_offset = 0;
  bool entries_in_64 = false, size_in_64 = false, offset_in_64 = false;
  bool has_64 = false;
  std::uint64_t recorded_64 = 0;  // where the locator says that the zip64 record is
  std::uint16_t made_by_64 = 0, needed_64 = 0;
  ByteView extensible_64;  // zip64 extensible data sector
  ByteView comment;
  ByteView behind;        // what follows although nothing should
  std::size_t start = 0;  // of the first of these records in the file
};

struct Archive {
  ByteView prefix;  // what stands before the first local header
  /// What recorded offsets count from: the start of the file, or that of the archive behind the
  /// prefix.
  std::uint64_t base = 0;
  std::vector<Entry> entries;  // in the order of the central directory
  std::uint64_t padding = 0;   // zeros between entries
  bool offsets_in_order = true;
  End end;
  /// Set where the archive cannot be rewritten although nothing is wrong with it.
  std::string reason_to_leave;
  /// What signs the archive as a whole; empty where nothing does.
  std::string_view signed_by;
  bool has_to_stay() const { return !reason_to_leave.empty() || !signed_by.empty(); }
};

/// Takes an archive apart. Throws FormatError where it is malformed, and LimitError.
Archive read_archive(ByteView input, const Limits& limits = {});

/// Whether a file of `size` bytes that ends with `tail` ends with a zip archive, comment and all.
bool ends_as_archive(ByteView tail, std::uint64_t size);
inline constexpr std::size_t kMostEndBytes = 22 + 0xffff;

}  // namespace normalize::zip
