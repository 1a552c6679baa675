#include "driver/store/large_object.h"

#include "driver/store/part_cutter.h"
#include "driver/tree/file_source.h"

namespace normalize::store {

std::optional<Base> base_in(const Catalogue& catalogue, const Digest& digest) {
  const auto base = catalogue.base_for(digest);
  if (!base) return std::nullopt;
  const auto found = catalogue.find(*base);
  if (found->object->size == 0) return std::nullopt;
  const std::uint8_t depth = catalogue.frame(found->id).depth;
  return Base{*base, found->object->size, static_cast<std::uint8_t>(depth + 1)};
}

std::optional<Base> base_in(const Catalogue& catalogue, const PlannedDepths& planned,
                            const FileBytes& bytes) {
  if (bytes.size == 0 || bytes.size > kMostWhole) return std::nullopt;
  std::uint8_t depth = 0;
  if (const auto found = catalogue.find(bytes.digest))
    depth = catalogue.frame(found->id).depth;
  else if (const auto at = planned.find(bytes.digest); at != planned.end())
    depth = at->second;
  else
    return std::nullopt;
  return Base{bytes.digest, bytes.size, static_cast<std::uint8_t>(depth + 1)};
}

void LargeObject::write(const NewObject& object) {
  OpenFolder folder = tools_.tree.folder();
  const std::unique_ptr<NormalFile> file = tools_.tree.open(object.index, folder);
  if (object.form == Form::original && is_changed(*file)) {
    write_original(*file);
  } else {
    find_earlier(object);
    write_normal(*file);
  }
  if (Digest::from(digest_.finish()) != object.bytes.digest)
    throw std::runtime_error(tools_.tree.full_path(object.index) + ": " +
                             ChangedMeanwhile().what());
  add_list(object);
}

void LargeObject::find_earlier(const NewObject& object) {
  const auto like = tools_.likeness.closest(tools_.tree.path(object.index), object.bytes, {});
  const auto found = like ? tools_.catalogue.find(*like) : std::nullopt;
  if (!found) return;
  const Frame& frame = tools_.catalogue.frame(found->id);
  const bool is_list = frame.coding == Frame::Coding::list;
  for (const Digest& part : is_list ? frame.references : std::vector<Digest>{*like})
    if (const auto there = tools_.catalogue.find(part))
      earlier_.push_back({part, there->object->sketch});
}

void LargeObject::write_normal(NormalFile& file) {
  PartCutter cutter;
  file.read([&](ByteView bytes) {
    cutter.add(bytes, [&](Bytes part) { add_normal_part(std::move(part)); });
  });
  add_normal_part(std::move(cutter).rest());
}

void LargeObject::add_normal_part(Bytes bytes) {
  const std::optional<Base> base = base_for(Sketch::of(bytes));
  add_part(std::move(bytes), base, {});
}

/// The part that has most in common; where none has, the one in the same place.
std::optional<Base> LargeObject::base_for(const Sketch& sketch) const {
  if (earlier_.empty()) {
    const auto like = tools_.likeness.by_content(sketch);
    return like ? base_in(tools_.catalogue, *like) : std::nullopt;
  }
  std::size_t best = std::min(parts_.size(), earlier_.size() - 1);
  unsigned most = earlier_[best].sketch.likeness(sketch);
  for (std::size_t i = 0; i < earlier_.size(); ++i) {
    const unsigned likeness = earlier_[i].sketch.likeness(sketch);
    if (likeness > most) best = i, most = likeness;
  }
  return base_in(tools_.catalogue, earlier_[best].digest);
}

/// Normalizing moves few bytes: a part resembles what stands in the same place. Cut again, the
/// normal form comes apart as it did when it was written.
void LargeObject::write_original(NormalFile& file) {
  const Content original = file.as_it_is();
  std::uint64_t at = 0;
  const auto beside = [&](Bytes normal) {
    const Bytes bytes = original.slice(at, normal.size()).to_bytes();
    at += bytes.size();
    const FileBytes name{normal.size(), Digest::of(normal)};
    add_part(bytes, base_in(tools_.catalogue, planned_, name), std::move(normal));
  };
  PartCutter cutter;
  file.read([&](ByteView bytes) { cutter.add(bytes, beside); });
  beside(std::move(cutter).rest());
  while (at < original.size()) {
    Bytes bytes = original.slice(at, kMostWhole).to_bytes();
    at += bytes.size();
    add_part(std::move(bytes), std::nullopt, {});
  }
}

void LargeObject::add_part(Bytes bytes, const std::optional<Base>& base, Bytes reference) {
  if (bytes.empty()) return;
  digest_.add(bytes);
  const Digest digest = Digest::of(bytes);
  parts_.push_back(digest);
  if (tools_.catalogue.find(digest)) return;
  const std::uint8_t depth = base ? base->depth : 0;
  if (!planned_.emplace(digest, depth).second) return;
  const auto part = std::make_shared<PlainObject>();
  const auto references = std::make_shared<References>();
  const std::uint64_t in_memory = bytes.size() + (base ? base->bytes : 0);
  part->digest = digest;
  part->bytes = std::move(bytes);
  if (base) *references = {{base->digest}, std::move(reference), depth};
  queue_.add(in_memory, [&reader = tools_.reader, part, references] {
    if (!references->digests.empty() && references->bytes.empty()) {
      const ObjectReader::Held held = reader.checked(references->digests.front());
      references->bytes.assign(held.bytes.begin(), held.bytes.end());
    }
    part->sketch = Sketch::of(part->bytes);
    std::vector<PlainObject> objects;
    objects.push_back(std::move(*part));
    return encode_frame(std::move(objects), *references);
  });
}

void LargeObject::add_list(const NewObject& object) {
  NewFrame list;
  list.frame.coding = Frame::Coding::list;
  list.frame.size = object.bytes.size;
  list.frame.references = std::move(parts_);
  Object& placed = list.objects.emplace_back();
  placed.digest = object.bytes.digest;
  placed.size = object.bytes.size;
  queue_.add(0, [list = std::move(list)] { return list; });
}

}  // namespace normalize::store
