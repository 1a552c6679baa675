#include "driver/store/object_writer.h"

#include "driver/tree/file_source.h"

namespace normalize::store {
namespace {

/// Smaller objects share a frame with others: its cost, and what they have in common, is paid once.
constexpr std::uint64_t kSmall = std::uint64_t{64} << 10;
/// How much is in such a frame: to have one object, all of it is unpacked.
constexpr std::uint64_t kPlainGroup = std::uint64_t{1} << 20, kSimilarGroup = kPlainGroup / 2;
/// How much of what is packed is in memory, together with what it refers to.
constexpr std::uint64_t kMostInFlight = std::uint64_t{192} << 20;

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

}  // namespace

ObjectWriter::ObjectWriter(const WritingTools& tools, BundleWriter& out, unsigned jobs)
    : tools_(tools), queue_(out, jobs, kMostInFlight) {}

void ObjectWriter::write(std::vector<NewObject> objects) {
  for (NewObject& object : objects) {
    if (object.bytes.size > kMostWhole) {
      LargeObject(tools_, queue_, depths_).write(object);
      add_progress(tools_.progress, object.bytes.size);
    } else {
      place(std::move(object));
    }
  }
  for (Group* group : {&plain_, &similar_, &originals_}) flush(*group);
  queue_.finish();
}

void ObjectWriter::place(NewObject object) {
  std::optional<Base> base = earlier(object);
  const bool is_beside_normal = !base && object.form == Form::original;
  if (is_beside_normal) base = base_in(tools_.catalogue, depths_, object.normal_bytes);
  Group& group = !base ? plain_ : is_beside_normal ? originals_ : similar_;
  const std::uint64_t size = std::max(object.bytes.size, base ? base->bytes : 0);
  depths_[object.bytes.digest] = base ? base->depth : 0;
  if (size >= kSmall) {
    Group alone{group.kind, {}, {}};
    add(alone, std::move(object), base);
    flush(alone);
    return;
  }
  const std::uint64_t most = group.kind == Group::Kind::plain ? kPlainGroup : kSimilarGroup;
  if (std::max(group.bytes, group.base_bytes) + size > most) flush(group);
  add(group, std::move(object), base);
}

/// What is in the store of an earlier build. An original refers to an earlier one where nothing but
/// noise has changed; elsewhere its own normal form tells more of it.
std::optional<Base> ObjectWriter::earlier(const NewObject& object) const {
  if (object.bytes.size == 0) return std::nullopt;
  const std::string& path = tools_.tree.path(object.index);
  const auto like = object.form == Form::original
                        ? tools_.likeness.original_of(path, object.normal_bytes.digest)
                        : tools_.likeness.closest(path, object.bytes, object.sketch);
  return like ? base_in(tools_.catalogue, *like) : std::nullopt;
}

void ObjectWriter::add(Group& group, NewObject object, const std::optional<Base>& base) {
  group.bytes += object.bytes.size;
  group.members.push_back(std::move(object));
  if (!base) return;
  group.bases.push_back(base->digest);
  group.base_bytes += base->bytes;
  group.depth = std::max(group.depth, base->depth);
}

void ObjectWriter::flush(Group& group) {
  if (group.members.empty()) return;
  Group full = std::exchange(group, Group{group.kind, {}, {}});
  const std::uint64_t bytes = full.bytes + full.base_bytes;
  const auto shared = std::make_shared<Group>(std::move(full));
  queue_.add(bytes, [this, shared] { return encode(std::move(*shared)); });
}

NewFrame ObjectWriter::encode(Group group) const {
  References references{group.bases, {}, group.depth};
  references.bytes.reserve(static_cast<std::size_t>(group.base_bytes));
  std::vector<PlainObject> objects;
  for (std::size_t i = 0; i < group.members.size(); ++i) {
    Bytes* const normal = group.kind == Group::Kind::original ? &references.bytes : nullptr;
    objects.push_back(load(std::move(group.members[i]), normal));
    if (group.kind == Group::Kind::similar)
      append(references.bytes, tools_.reader.checked(group.bases[i]).bytes);
  }
  for (const PlainObject& object : objects) add_progress(tools_.progress, object.bytes.size());
  return encode_frame(std::move(objects), references);
}

/// Where `normal` is given, the bytes of the normal form are added to it.
PlainObject ObjectWriter::load(NewObject object, Bytes* normal) const {
  PlainObject loaded{object.bytes.digest, {}, object.sketch};
  const auto expect = [&](const Bytes& bytes, const Digest& digest) {
    if (Digest::of(bytes) == digest) return;
    throw std::runtime_error(tools_.tree.full_path(object.index) + ": " +
                             ChangedMeanwhile().what());
  };
  const bool is_stored = normal && tools_.catalogue.find(object.normal_bytes.digest);
  if (is_stored) append(*normal, tools_.reader.checked(object.normal_bytes.digest).bytes);
  if (object.kept) loaded.bytes = std::move(*object.kept);
  if (object.kept && (!normal || is_stored)) return loaded;
  OpenFolder folder = tools_.tree.folder();
  const std::unique_ptr<NormalFile> file = tools_.tree.open(object.index, folder);
  if (!object.kept) {
    loaded.bytes = bytes_of(*file, object.form);
    expect(loaded.bytes, loaded.digest);
  }
  if (!normal || is_stored) return loaded;
  const Bytes bytes = bytes_of(*file, Form::normal);
  expect(bytes, object.normal_bytes.digest);
  append(*normal, bytes);
  return loaded;
}

}  // namespace normalize::store
