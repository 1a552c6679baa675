#include "normalizers/pdf/settle.h"

#include <array>

#include "normalizers/bytes/digest.h"
#include "normalizers/packed.h"
#include "normalizers/pdf/mend.h"
#include "normalizers/pdf/metadata.h"
#include "normalizers/pdf/string.h"

namespace normalize::pdf {
namespace {

constexpr Field kId{"ID", "qpdf --deterministic-id; \\pdftrailerid{} (pdfTeX); -dOmitID=true"};
constexpr Field kChecksum = Field::following("DocChecksum");
constexpr Field kOffsets = Field::following("startxref");

/// Replaces a stream's data by `bytes`, packed as it was.
void repack(const Document& document, const Stream& stream, const Payload& payload,
            const Bytes& bytes, Edits& edits, Context& context) {
  if (bytes == payload.bytes()) return;
  Bytes data = payload.pack(bytes);
  if (payload.packed()) say_packed_again(stream.data.size, data.size(), context);
  replace_number(document.file(), stream.length, data.size(), edits);
  edits.replace(stream.data, std::move(data));
}

/// `count` bytes that follow from `digest`.
Bytes identifier(const Bytes& digest, std::size_t count) {
  Bytes bytes;
  while (bytes.size() < count) bytes.push_back(digest[bytes.size() % digest.size()]);
  return bytes;
}

/// The names a file has in its trailers: in hexadecimal digits, as nearly everybody writes them.
class Identifiers {
 public:
  Identifiers(Document& document, Context& context) : document_(document), context_(context) {}

  /// Finds the two strings of every trailer's /ID (section 14.4).
  void find() {
    for (std::size_t view = 0; view < document_.sections().size(); ++view) {
      const Value* const value = document_.sections()[view].trailer().find("ID");
      if (!value) continue;
      const auto id = document_.resolve({nullptr, *value}, view);
      if (!id || !add(*id, value->kind == Value::Kind::reference))
        context_.note("ID is not an array of two strings; kept");
    }
  }
  /// Takes those away that stand in objects of their own.
  void hide(Edits& edits) const {
    for (const Id& id : ids_)
      for (const Span& half : id.halves)
        if (id.apart) edits.replace(half, "");
  }
  bool empty() const { return ids_.empty(); }

  void settle(const Bytes& digest, Edits& edits) {
    for (const Id& id : ids_) {
      std::string before, after;
      for (const Span& half : id.halves) {
        const StringToken token(bytes_at(half));
        const std::string normal =
            "<" + hexadecimal(identifier(digest, token.bytes().size())) + ">";
        before += shown(half, token);
        after += normal;
        if (normal != as_text(bytes_at(half))) edits.replace(half, normal);
      }
      if (before != after) context_.changed(kId, before, after);
    }
  }

 private:
  struct Id {
    std::array<Span, 2> halves;
    bool apart = false;  // from the trailer
    friend bool operator==(const Id&, const Id&) = default;
  };

  bool add(const Object& object, bool apart) {
    if (object.in || object.value.kind != Value::Kind::array) return false;
    const std::vector<Value> halves =
        read_array(document_.file(), object.value, kMostElements, document_.work());
    if (halves.size() != 2 || !std::ranges::all_of(halves, is_short_string)) return false;
    const Id id{{halves[0].span, halves[1].span}, apart};
    if (std::ranges::find(ids_, id) == ids_.end()) ids_.push_back(id);
    return true;
  }
  static bool is_short_string(const Value& value) {
    return value.is_string() && value.span.size <= kLongestString;
  }
  ByteView bytes_at(const Span& span) const {
    return document_.file().subspan(span.offset, span.size);
  }
  /// Of a literal string the bytes in parentheses: told apart from what it becomes.
  std::string shown(const Span& half, const StringToken& token) const {
    return bytes_at(half).front() == std::byte{'('} ? "(" + hexadecimal(token.bytes()) + ")"
                                                    : std::string(as_text(bytes_at(half)));
  }

  static constexpr std::size_t kMostElements = 16;

  std::vector<Id> ids_;
  Document& document_;
  Context& context_;
};

/// What a file says apart from when and where it was written: everything but cross-reference
/// sections and identifiers, with dates settled and streams as they unpack, so that neither their
/// packing nor their places count.
Bytes content_digest(const Document& document, const Metadata& metadata,
                     const Identifiers& identifiers) {
  Edits edits = metadata.string_edits();
  identifiers.hide(edits);
  for (const Section& section : document.sections()) {
    edits.replace(section.span(), "");
    if (section.startxref()) edits.replace(section.startxref()->span, "");
  }
  edits.replace(document.startxref().span, "");
  for (const auto& [offset, objects] : document.object_streams()) {
    if (!objects.holds_settled) continue;
    edits.replace(objects.stream.length.span, "");
    edits.replace(objects.stream.data, objects.after);
  }
  for (const Packet& packet : metadata.packets()) {
    Bytes bytes = packet.after;
    for (const XmpIdentifier& place : packet.identifiers)
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(place.offset), place.size,
                  std::byte{'0'});
    edits.replace(packet.stream.length.span, "");
    edits.replace(packet.stream.data, std::move(bytes));
  }
  return message_digest("sha256", edits.apply(document.file())).value();
}

/// LibreOffice writes the MD5 of everything in front of "trailer" into the trailer, and believes in
/// what a hybrid file embeds only where it holds.
class Checksums {
 public:
  Checksums(Document& document, Context& context) : document_(document), context_(context) {}

  /// Finds the sums that hold as the file stands.
  void find() {
    for (const Section& section : document_.sections()) {
      const Value* const sum = section.trailer().find("DocChecksum");
      if (section.is_stream() || !sum || sum->kind != Value::Kind::name) continue;
      document_.work().spend(section.trailer_offset());
      const ByteView covered = document_.file().first(section.trailer_offset());
      const std::string digits = digest(Content::view(covered));
      if (as_text(document_.file().subspan(sum->span.offset, sum->span.size)) == "/" + digits)
        found_.push_back({section.trailer_offset(), sum->span});
    }
    std::ranges::sort(found_, {}, &Found::trailer);
  }
  /// Makes them hold once more, behind all other changes.
  void mend(Edits& edits) {
    for (const Found& sum : found_) {
      const std::uint64_t size = edits.offset_map(document_.file())(sum.trailer);
      const std::string after = "/" + digest(edits.apply(document_.file()).slice(0, size));
      const auto before = as_text(document_.file().subspan(sum.span.offset, sum.span.size));
      if (after == before) continue;
      context_.changed(kChecksum, std::string(before.substr(1)), after.substr(1));
      edits.replace(sum.span, after);
    }
  }

 private:
  struct Found {
    std::size_t trailer;
    Span span;
  };

  static std::string digest(const Content& content) {
    const auto md5 = message_digest("md5", content);
    std::string digits = md5 ? hexadecimal(*md5) : "";
    for (char& c : digits)
      if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    return digits;
  }

  Document& document_;
  Context& context_;
  std::vector<Found> found_;
};

Edits settle_all(Document& document, PackedStreams packed, Context& context) {
  Metadata metadata(document, packed, context);
  Identifiers identifiers(document, context);
  identifiers.find();
  Edits edits = metadata.string_edits();
  if (metadata.has_identifiers() || !identifiers.empty()) {
    const Bytes digest = content_digest(document, metadata, identifiers);
    metadata.settle_identifiers(digest);
    identifiers.settle(digest, edits);
  }
  for (const auto& [offset, objects] : document.object_streams())
    repack(document, objects.stream, objects.payload, objects.after, edits, context);
  for (const Packet& packet : metadata.packets())
    repack(document, packet.stream, packet.payload, packet.after, edits, context);
  return edits;
}

/// Annex F: the tables of hints count bytes from object to object.
std::optional<Edits> settle_linearized(Document& document, Context& context) {
  const Context::Mark start = context.mark();
  Edits edits = settle_all(document, PackedStreams::settle, context);
  if (!edits.moves()) return edits;
  context.take_back(start);
  context.note("packed metadata would get another size, which a linearized file has no room for");
  edits = settle_all(document, PackedStreams::keep, context);
  return edits.moves() ? std::nullopt : std::optional(std::move(edits));
}

/// Completes edits that move what stands behind them. Unset where no such file can be.
std::optional<Edits> mend(const Document& document, Edits edits, Context& context) {
  if (!edits.moves()) return edits;
  auto mended = mend_offsets(document, edits);
  if (!mended) return std::nullopt;
  const std::uint64_t before = document.startxref().integer;
  context.settle(kOffsets, before, mended->offset_map(document.file())(before));
  return mended;
}

}  // namespace

Content settle(Document& document, Context& context) {
  Checksums checksums(document, context);
  checksums.find();
  std::optional<Edits> edits;
  if (document.linearized())
    edits = settle_linearized(document, context);
  else
    edits = mend(document, settle_all(document, PackedStreams::settle, context), context);
  if (!edits) return context.leave(document.file(), "no room for what has to change");
  if (edits->empty()) return Content::view(document.file());
  checksums.mend(*edits);
  return edits->apply(document.file());
}

}  // namespace normalize::pdf
