#pragma once

#include <deque>
#include <optional>

#include "normalizers/context.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Header IDs of extra fields: section 4.5.2, and Info-ZIP's extrafld.txt for the third parties'.
inline constexpr std::uint16_t kZip64Id = 0x0001, kNtfsId = 0x000a, kPkwareUnixId = 0x000d,
                               kTimestampId = 0x5455, kOldUnixId = 0x5855, kUnixOwnerId = 0x7855,
                               kNewUnixId = 0x7875, kAsiUnixId = 0x756e, kJarMarkerId = 0xcafe,
                               kApkAlignmentId = 0xd935, kPyTorchPaddingId = 0x4246;

/// One extra field: its header ID, its data, and both as they stand.
struct ExtraField {
  std::uint16_t id = 0;
  ByteView data, whole;
};

/// Walks over the fields of an extra area. What follows the last whole field is the rest: zeros for
/// alignment, or something malformed.
class ExtraFields {
 public:
  explicit ExtraFields(ByteView extra) : rest_(extra) {}
  bool next(ExtraField& field);
  ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
};

/// The data of the first field called `id`.
std::optional<ByteView> find_field(ByteView extra, std::uint16_t id);
bool is_all_zeros(ByteView bytes);

/// The time of last modification in UTC that an entry's extra fields tell, to the second.
std::optional<std::int64_t> utc_time(const Entry& entry);

/// What the extra fields of one entry become.
struct ExtraPlan {
  std::int64_t time = 0;       // of last modification
  bool keep_fraction = false;  // whether that is the entry's own, fractions of a second included
  bool drop_padding = false;   // the writer aligns the data anew
};

/// Gives both extra areas of an entry their normal form, without the zip64 field, which the writer
/// makes anew. New bytes go to `storage`.
void settle_extra(Entry& entry, const ExtraPlan& plan, Context& context,
                  std::deque<Bytes>& storage);

}  // namespace normalize::zip
