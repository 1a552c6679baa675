#include "normalizers/zip/repack.h"

#include <utility>

#include "normalizers/bytes/checksum.h"
#include "normalizers/zip/attributes.h"

namespace normalize::zip {
namespace {

constexpr std::string_view kData = "file data";
/// Where members are packed again only if what is in them has changed, and where all are.
constexpr Field kFollowingData = Field::following(kData);
constexpr Field kRepackedData{kData, "one version and one level of the packer"};
constexpr std::uint16_t kStoringNeeds = 10, kDeflateNeeds = 20;  // section 4.4.3.2

/// Section 4.4.4, bits 1 and 2: normal, maximum, fast, super fast.
DeflateRecipe recipe_by_flags(const Entry& entry) {
  static constexpr int kLevels[] = {6, 9, 2, 1};
  return {kLevels[(entry.central.flags & kDeflateLevel) >> 1], 8};
}

void update(Header& local, const Header& before, const Header& after) {
  // With bit 3 zeros stand here, and go on doing so.
  if (local.crc == before.crc) local.crc = after.crc;
  if (local.size == before.size) local.size = after.size;
  if (local.packed_size == before.packed_size) local.packed_size = after.packed_size;
}

void forget_level(Entry& entry) {
  for (Header* header : {&entry.central, &entry.local})
    header->flags = static_cast<std::uint16_t>(header->flags & ~kDeflateLevel);
}

void set_method(Entry& entry, std::uint16_t method, std::uint16_t version_needed) {
  for (Header* header : {&entry.central, &entry.local}) {
    if (header->method != method) header->needed = version_needed;
    header->method = method;
  }
}

/// Puts packed data in place, with the CRC and sizes that belong to it.
void put(Entry& entry, const Content& payload, Content packed) {
  const Header old = entry.central;
  entry.central.crc = crc32(payload);
  entry.central.size = payload.size();
  entry.central.packed_size = packed.size();
  entry.repacked = std::move(packed);
  update(entry.local, old, entry.central);
}

/// A stored file's sizes stand in front: a reader of a stream cannot tell where it ends.
void store(Entry& entry, const Content& payload) {
  put(entry, payload, payload);
  forget_level(entry);
  entry.central.method = entry.local.method = kStored;
  if (entry.has_flag(kDescriptorFollows)) fold_descriptor(entry);
}

std::string bytes_text(std::uint64_t count, std::string_view how) {
  return std::to_string(count) + " bytes" + std::string(how);
}

}  // namespace

Repacker::Repacker(const std::vector<Entry>& entries, Context& context)
    : context_(context), recompress_(context.rules().recompression()) {
  bool first = true;
  for (const Entry& entry : entries) {
    if (entry.central.method != kDeflated || entry.is_encrypted()) continue;
    if (std::exchange(first, false)) by_flags_ = recipe_by_flags(entry);
    // Writers of streams deflate the empty file too, whatever they do with others.
    if (entry.central.size > 0 && entry.central.packed_size >= entry.central.size)
      stores_what_grows_ = false;
  }
}

bool Repacker::repacks(const Entry& entry) const {
  return recompress_ != Recompress::keep && entry.central.method == kDeflated &&
         !entry.is_encrypted();
}

DeflateRecipe Repacker::find_recipe(const Entry& entry, ByteView payload) {
  const DeflateRecipe by_flags = recipe_by_flags(entry);
  const auto found = find_deflate_recipe(payload, entry.data, last_.value_or(by_flags));
  if (found) last_ = found;
  return found.value_or(by_flags);
}

bool Repacker::reproduces(const Entry& entry, ByteView payload) {
  if (recompress_ != Recompress::keep || entry.central.method != kDeflated) return true;
  return deflate(Content::view(payload), find_recipe(entry, payload)) == entry.data;
}

/// By which all is packed anew; with noise, by any.
DeflateRecipe Repacker::canonical_recipe(const Entry& entry) const {
  const auto& noise = context_.rules().noise;
  if (!noise) return {};
  const auto drawn = noise->place(entry.text_name()).back();
  return {1 + static_cast<int>(drawn % 9), 8 + static_cast<int>(drawn / 9 % 2)};
}

void Repacker::deflate_again(Entry& entry, const Content& payload, DeflateRecipe recipe) {
  Content packed = Content::own(deflate(payload, recipe));
  if (packed == entry.data && !entry.repacked) return;
  context_.changed(recompress_ == Recompress::keep ? kFollowingData : kRepackedData,
                   bytes_text(entry.central.packed_size, ""),
                   bytes_text(packed.size(), ", packed again"), entry.text_name());
  put(entry, payload, std::move(packed));
  if (recompress_ == Recompress::canonical) forget_level(entry);
}

/// Whether a file was stored because deflating would not have made it smaller. Other deflaters than
/// zlib come to somewhat other sizes.
bool Repacker::stored_for_no_gain(const Entry& entry, ByteView payload) const {
  if (!stores_what_grows_ || entry.alignment > 1) return false;
  const std::size_t packed = deflate(Content::view(payload), last_.value_or(by_flags_)).size();
  const std::size_t slack = 2 + payload.size() / 256;
  return packed + slack > payload.size();
}

/// Whether a file shrinks may have hung on the noise in it, so two builds of one file may come
/// deflated and stored: what it is now decides.
void Repacker::deflate_or_store(Entry& entry, const Content& payload, DeflateRecipe recipe) {
  set_method(entry, kDeflated, kDeflateNeeds);
  deflate_again(entry, payload, recipe);
  if (!stores_what_grows_ || entry.central.packed_size < payload.size()) return;
  set_method(entry, kStored, kStoringNeeds);
  store(entry,
        Content::own(payload.to_buffer()));  // it may view what goes with the member's source
}

void Repacker::repack(Entry& entry, ByteView payload) {
  // Writers differ in whether they deflate what is empty; nobody gains by it.
  if (recompress_ == Recompress::store || payload.empty()) {
    context_.changed(kRepackedData, bytes_text(entry.central.packed_size, ", deflated"),
                     bytes_text(payload.size(), ", stored"), entry.text_name());
    store(entry, Content::own(Buffer(payload)));
  } else {
    deflate_again(entry, Content::view(payload), canonical_recipe(entry));
  }
}

void Repacker::replace(Entry& entry, ByteView before, const Content& after) {
  if (on_change_) on_change_(entry, before, after);
  if (entry.central.method == kStored) {
    if (recompress_ == Recompress::keep && stored_for_no_gain(entry, before))
      deflate_or_store(entry, after, last_.value_or(by_flags_));
    else
      put(entry, after, after);
  } else if (recompress_ == Recompress::store)
    store(entry, Content::own(after.to_buffer()));
  else if (recompress_ == Recompress::canonical)
    deflate_again(entry, after, canonical_recipe(entry));
  else
    deflate_or_store(entry, after, find_recipe(entry, before));
}

}  // namespace normalize::zip
