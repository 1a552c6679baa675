#include "normalizers/pyc/body.h"

#include "normalizers/bytes/checksum.h"
#include "normalizers/pyc/canonical.h"
#include "normalizers/pyc/equivalence.h"
#include "normalizers/pyc/marshal_reader.h"
#include "normalizers/pyc/marshal_writer.h"
#include "normalizers/verify.h"

namespace normalize::pyc {
namespace {

constexpr std::string_view kFreshProcess = "compile each file in a process of its own";

constexpr Field kFilename{"co_filename", "compileall -s DESTDIR"};
constexpr Field kFlagRef{"FLAG_REF", kFreshProcess};
constexpr Field kReferences{"reference numbers", kFreshProcess};
constexpr Field kInterned{"interned", kFreshProcess};
constexpr Field kSetOrder{"frozenset order", "PYTHONHASHSEED=0"};
constexpr Field kCellOrder{"order of cells", "PYTHONHASHSEED=0"};
constexpr Field kMerged{"merged", kFreshProcess};
constexpr Field kTypeCodes{"type codes", ""};

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string flagged(const StreamStatistics& statistics) {
  return counted(statistics.flags, "object flagged", "objects flagged");
}

std::string numbered(const StreamStatistics& statistics) {
  if (statistics.references == 0) return "none";
  return counted(statistics.references, "reference", "references") + ", the highest to number " +
         std::to_string(statistics.highest);
}

/// What a body was and became.
struct Rewritten {
  ByteView before, after;
  StreamStatistics statistics_before, statistics_after;
  Changes changes;
};

/// Every difference of bytes comes from one of these.
void report(const Rewritten& body, Context& context) {
  const Changes& changes = body.changes;
  const StreamStatistics &before = body.statistics_before, &after = body.statistics_after;
  bool explained = false;
  const auto changed = [&](const Field& field, std::string was, std::string is) {
    if (was == is) return;
    context.changed(field, std::move(was), std::move(is));
    explained = true;
  };
  if (changes.filenames > 0) changed(kFilename, changes.filename_before, changes.filename_after);
  if (changes.interned > 0)
    changed(kInterned, counted(changes.interned, "string", "strings") + " not interned",
            "interned");
  if (changes.sorted_sets > 0)
    changed(kSetOrder, counted(changes.sorted_sets, "set", "sets") + " ordered by hash",
            "ordered by content");
  if (changes.reordered_scopes > 0)
    changed(kCellOrder,
            "variables of " + counted(changes.reordered_scopes, "function", "functions") +
                " ordered by hash",
            "ordered by name");
  if (changes.merged > 0)
    changed(kMerged, counted(changes.merged, "object", "objects") + " equal to another",
            "the same object");
  changed(kFlagRef, flagged(before), flagged(after));
  changed(kReferences, numbered(before), numbered(after));
  if (!explained) changed(kTypeCodes, fingerprint(body.before), fingerprint(body.after));
}

/// What is about to be written has to read back as the same objects, and be normal itself.
void check(const Graph& before, ByteView normal, const Version& version, const Rules& rules) {
  Reader in(normal);
  Stream again = read_code(in, version);
  if (in.remaining() > 0) throw VerifyError("the normal form is longer than its object");
  check_equivalence(before, again.graph, version);
  canonicalize(again.graph, version, rules, normal.size());
  if (!equal(write_code(again.graph, version, normal.size()).bytes, normal))
    throw VerifyError("the normal form has another normal form");
}

}  // namespace

std::string fingerprint(ByteView bytes) {
  return counted(bytes.size(), "byte", "bytes") + " with CRC-32 " + std::to_string(crc32(bytes));
}

void normalize_body(Reader& in, Writer& out, const Version& version, Context& context) {
  const ByteView from_object = in.rest();
  Stream stream = read_code(in, version);
  const ByteView before = from_object.first(from_object.size() - in.remaining());
  const Changes changes = canonicalize(stream.graph, version, context.rules(), before.size());
  Written written = write_code(stream.graph, version, before.size());
  if (equal(written.bytes, before)) return out.carry(before);
  check(stream.graph, written.bytes, version, context.rules());
  report({before, written.bytes, stream.statistics, written.statistics, changes}, context);
  out.carry(Content::own(std::move(written.bytes)));
}

Bytes normal_body(ByteView object, const Version& version, const Rules& rules) {
  Reader in(object);
  Stream stream = read_code(in, version);
  if (in.remaining() > 0) in.fail("bytes behind the code object");
  canonicalize(stream.graph, version, rules, object.size());
  Written written = write_code(stream.graph, version, object.size());
  check(stream.graph, written.bytes, version, rules);
  return std::move(written.bytes);
}

}  // namespace normalize::pyc
