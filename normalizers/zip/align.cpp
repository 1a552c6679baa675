// Alignment. zipalign pads the local extra field with zeros, apksigner with a field 0xd935 that
// begins with the alignment, PyTorch with a field "FB". 4 bytes for all that is stored, a page of 4
// or 16 KB for shared libraries, 64 bytes for tensors.

#include "normalizers/zip/align.h"

#include "normalizers/bytes/reader.h"
#include "normalizers/zip/extra.h"

namespace normalize::zip {
namespace {

constexpr std::size_t kWord = 4, kTensor = 64, kPage = 4096, kLargePage = 16384;

bool is_mappable(const Entry& entry) {
  return entry.central.method == kStored && entry.central.size > 0 && !entry.is_folder();
}

/// Looks for padding in the local extra field. Sets padding_id, and the alignment where the padding
/// says it.
bool find_padding(Entry& entry) {
  ExtraFields fields(entry.local.extra);
  ExtraField field;
  while (fields.next(field)) {
    if (field.id == kPyTorchPaddingId) return entry.padding_id = field.id, true;
    if (field.id != kApkAlignmentId || field.data.size() < 2) continue;
    entry.padding_id = field.id;
    const std::size_t declared = Reader(field.data).little_endian<std::uint16_t>("alignment");
    const bool holds = declared > 0 && declared <= kLargePage && entry.data_offset % declared == 0;
    if (holds && is_mappable(entry)) entry.alignment = declared;
    return true;
  }
  return !fields.rest().empty() && is_all_zeros(fields.rest());
}

/// The largest of some alignments that all members looked at have.
class Common {
 public:
  Common(std::initializer_list<std::size_t> from_large_to_small) : left_(from_large_to_small) {}
  void look_at(const Entry& entry) {
    std::erase_if(left_, [&](std::size_t a) { return entry.data_offset % a != 0; });
  }
  std::size_t value() const { return left_.empty() ? 1 : left_.front(); }

 private:
  std::vector<std::size_t> left_;
};

}  // namespace

void find_alignment(Archive& archive, const Kind& kind) {
  bool on_purpose = kind.android, tensors = false;
  Common libraries{kLargePage, kPage, kWord}, small{kWord}, large{kTensor, kWord};
  const auto is_library = [](const Entry& entry) { return entry.text_name().ends_with(".so"); };
  for (Entry& entry : archive.entries) {
    if (!entry.local.extra.empty()) on_purpose |= find_padding(entry);
    tensors |= entry.padding_id == kPyTorchPaddingId;
    if (!is_mappable(entry)) continue;
    if (is_library(entry)) {
      libraries.look_at(entry);
    } else {
      small.look_at(entry);
      large.look_at(entry);
    }
  }
  if (!on_purpose) return;
  for (Entry& entry : archive.entries)
    if (is_mappable(entry) && entry.alignment == 1)
      entry.alignment = is_library(entry) ? libraries.value() : (tensors ? large : small).value();
}

Bytes padding_for(const Entry& entry, std::uint64_t position) {
  Bytes padding;
  const auto put16 = [&](std::size_t value) {
    padding.push_back(static_cast<std::byte>(value & 0xff));
    padding.push_back(static_cast<std::byte>(value >> 8));
  };
  if (entry.alignment <= 1) return padding;
  const std::size_t frame = entry.padding_id == kApkAlignmentId ? 6 : entry.padding_id != 0 ? 4 : 0;
  const std::size_t past = (position + frame) % entry.alignment;
  const std::size_t fill = past == 0 ? 0 : entry.alignment - past;
  if (frame > 0) {
    put16(entry.padding_id);
    put16(frame - 4 + fill);
  }
  if (frame == 6) put16(entry.alignment);
  const bool letters = entry.padding_id == kPyTorchPaddingId;
  padding.insert(padding.end(), fill, letters ? std::byte{'Z'} : std::byte{0});
  return padding;
}

}  // namespace normalize::zip
