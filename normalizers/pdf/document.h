#pragma once

#include <map>
#include <set>

#include "normalizers/pdf/xref.h"

namespace normalize::pdf {

/// What an object stream (section 7.5.7) unpacks to, with the changes made to it.
struct ObjectStream {
  Stream stream;
  Payload payload;
  Bytes after;
  bool holds_settled = false;  // whether something in it is ours to settle
  std::vector<std::pair<std::uint64_t, std::size_t>> objects;  // number, offset in the payload
};

/// An object and where it stands: in an object stream, or in the file where `in` is null.
struct Object {
  ObjectStream* in = nullptr;
  Value value;
};

/// A file by its cross-reference: what every revision of it calls its objects.
class Document {
 public:
  /// Reads all cross-reference sections. `file` and `context` outlive the document. Throws
  /// FormatError where they do not lead from the end of the file to its first revision.
  Document(ByteView file, Context& context);

  ByteView file() const { return file_; }
  Work& work() { return work_; }
  /// The newest first. Each sees the objects that it and those behind it list.
  const std::vector<Section>& sections() const { return sections_; }
  /// The number behind the last "startxref".
  const Value& startxref() const { return startxref_; }
  /// Whether the file is laid out to be read while it arrives (Annex F): a dictionary in front and
  /// tables of hints depend on the places of all objects.
  bool linearized() const { return linearized_; }
  /// Those that were looked into, by the offsets of their objects.
  const std::map<std::size_t, ObjectStream>& object_streams() const { return object_streams_; }
  void forget_changes();

  /// The object behind a reference, or `object` itself, as revision `view` sees it. Unset where
  /// the reference leads nowhere, which counts as null.
  std::optional<Object> resolve(Object object, std::size_t view);
  ByteView bytes_around(const Object& object) const;
  /// Throws FormatError where `object` is no dictionary.
  Dictionary dictionary(const Object& object);
  /// The stream whose dictionary `object` is; unset where no stream follows it, and where its
  /// length stands in an object stream or serves other streams too.
  std::optional<Stream> stream(const Object& object, std::size_t view);

 private:
  std::size_t find_startxref();
  void read_sections(std::size_t offset, Context& context);
  void read_linearization();
  std::optional<Entry> find(std::uint64_t number, std::size_t view);
  std::optional<Object> read_object(std::uint64_t number, std::size_t view);
  Object read_in_file(std::uint64_t number, const Entry& entry);
  std::optional<Value> length_in_file(const Value& length, std::size_t view);
  void count_lengths();
  std::optional<Object> read_packed(std::uint64_t number, const Entry& entry, std::size_t view);
  ObjectStream* object_stream(std::uint64_t number, std::size_t view);
  void read_directory(ObjectStream& objects);

  ByteView file_;
  Context& context_;
  Work work_;
  Value startxref_;
  std::vector<Section> sections_;
  bool linearized_ = false;
  bool said_unreadable_ = false;
  std::map<std::size_t, ObjectStream> object_streams_;
  /// How often each object is named as a stream's length; empty before anybody asks.
  std::map<std::uint64_t, unsigned> length_uses_;
};

}  // namespace normalize::pdf
