// PDF, ISO 32000-2. What two runs of one tool leave different is told by the cross-reference: the
// dates of the information dictionary (/CreationDate, /ModDate) and of the document's XMP packet
// are lowered to the epoch, in as many characters and in UTC; /ID of the trailers, and the UUIDs by
// which the packet names the document, are derived from the content, so that different documents
// still have different ones. An identifier of zeros would make them one document to readers that
// keep bookmarks by it. All revisions of an incrementally updated file are settled, nothing else.
//
// Dates in object streams and in packed packets are replaced too. The stream is packed as it was;
// where it has another size then, cross-references follow. A linearized file, whose hints depend on
// every place, keeps such a stream. No other stream is packed anew, in whatever profile.
//
// Without an epoch dates stay, as an author may have set them; `strict` then makes them 1970. In
// both profiles /Producer and /Creator stay: readers work around faults of the programs they name.
// Signed documents are left, and so are encrypted ones, whose key is made of the /ID.

#include "normalizers/pdf/settle.h"

#include <functional>

#include "normalizers/registry.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic = "%PDF-";
/// Section 12.8.1: what a signature covers is told by this key, in a dictionary that cannot stand
/// in an object stream, since the signature itself is left out of it.
constexpr std::string_view kByteRange = "/ByteRange";

bool is_signed(ByteView file) {
  const std::string_view text = as_text(file);
  const std::boyer_moore_horspool_searcher search(kByteRange.begin(), kByteRange.end());
  return std::search(text.begin(), text.end(), search) != text.end();
}

bool is_encrypted(const pdf::Document& document) {
  return std::ranges::any_of(document.sections(), [](const pdf::Section& section) {
    return section.trailer().find("Encrypt") != nullptr;
  });
}

class Pdf final : public Normalizer {
 public:
  std::string_view name() const override { return "pdf"; }
  bool recognizes(const Probe& probe) const override { return starts_with(probe.head, kMagic); }

  Content normalize(ByteView input, Context& context) const override {
    if (is_signed(input)) return context.leave_signed(input, "/ByteRange");
    pdf::Document document(input, context);
    if (is_encrypted(document)) return context.leave(input, "encrypted");
    return pdf::settle(document, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_pdf() { return std::make_unique<Pdf>(); }

}  // namespace normalize
