// zip, APPNOTE.TXT 6.3.10, and all that is one: jar, wheel, EPUB, OpenDocument, Office documents,
// APK, jmod, zipped Python programs. Noise is the order of entries, their times (DOS and extra
// fields), owners and umask bits; members go through the registry. Packed data is carried over byte
// for byte unless a member changed. The parts are in zip/:
//
//   records, end   reading          kind    what the archive is, and what signs it
//   extra, times, attributes, order, align    the normal form of each of these
//   members        opening members, and packing again what changed
//   wheel          RECORD           write   putting it together again
//   leftovers      what a compiler left in a jar
//   elf            programs that nothing stands behind

#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"
#include "normalizers/zip/align.h"
#include "normalizers/zip/attributes.h"
#include "normalizers/zip/conda.h"
#include "normalizers/zip/elf.h"
#include "normalizers/zip/extra.h"
#include "normalizers/zip/leftovers.h"
#include "normalizers/zip/members.h"
#include "normalizers/zip/order.h"
#include "normalizers/zip/wheel.h"
#include "normalizers/zip/write.h"

namespace normalize {
namespace {

using namespace zip;

constexpr Field kSignature{"signature", ""};
constexpr Field kLayout{"version and place of zip64 fields", ""};
constexpr Field kJarMarker{"jar marker (extra field 0xcafe)", ""};
constexpr std::string_view kJmodMagic{"JM\1\0", 4};

/// What a zip archive may stand behind: a script, or a program that unpacks itself.
bool may_be_prefix(ByteView head) {
  return starts_with(head, "#!") ||
         starts_with(head,
                     "\x7f"
                     "ELF") ||
         starts_with(head, "MZ");
}

/// The jar tool marks the first entry; which one that is follows from the order.
void move_jar_marker(Archive& archive, const Kind& kind, Context& context,
                     std::deque<Bytes>& storage) {
  const auto marked = [](const Entry& entry) {
    return find_field(entry.local.extra, kJarMarkerId) ||
           find_field(entry.central.extra, kJarMarkerId);
  };
  // An EPUB's or OpenDocument's mimetype has no extra field.
  if (archive.entries.empty() || kind.has_mimetype || marked(archive.entries.front())) return;
  const auto bearer = std::ranges::find_if(archive.entries, marked);
  if (bearer == archive.entries.end()) return;
  Entry& first = archive.entries.front();
  const auto move = [&](ByteView& from, ByteView& to) {
    Bytes without, with;
    ExtraFields fields(from);
    ExtraField field;
    while (fields.next(field)) {
      Bytes& target = field.id == kJarMarkerId ? with : without;
      target.insert(target.end(), field.whole.begin(), field.whole.end());
    }
    without.insert(without.end(), fields.rest().begin(), fields.rest().end());
    with.insert(with.end(), to.begin(), to.end());
    from = storage.emplace_back(std::move(without));
    to = storage.emplace_back(std::move(with));
  };
  move(bearer->local.extra, first.local.extra);
  move(bearer->central.extra, first.central.extra);
  context.changed(kJarMarker, std::string(bearer->text_name()), std::string(first.text_name()));
}

void settle_headers(Archive& archive, const std::vector<EntryTime>& times, Context& context,
                    std::deque<Bytes>& storage) {
  for (std::size_t i = 0; i < archive.entries.size(); ++i) {
    Entry& entry = archive.entries[i];
    settle_dos_time(entry, times[i], context);
    settle_attributes(entry, context);
    const bool own_time = times[i].after == times[i].before && context.rules().epoch &&
                          times[i].after < *context.rules().epoch;
    settle_extra(entry, {times[i].after, own_time, entry.alignment > 1}, context, storage);
  }
}

/// The entry called `name`, or null.
Entry* find_entry(Archive& archive, std::string_view name) {
  const auto found = std::ranges::find(archive.entries, name, &Entry::text_name);
  return found == archive.entries.end() ? nullptr : &*found;
}

/// Members of a wheel, and the RECORD that lists them.
void settle_wheel(Archive& archive, const std::string& dist_info,
                  const std::vector<EntryTime>& times, Context& context) {
  Repacker repacker(archive.entries, context);
  Entry* const listing = find_entry(archive, dist_info + "RECORD");
  if (!listing || !can_open(*listing))
    throw FormatError(listing ? listing->offset : 0, "RECORD cannot be opened");
  EntrySource source(*listing, context);
  const std::string_view text = as_text(source.all());
  WheelRecord record(dist_info, text);
  repacker.on_change([&](const Entry& entry, ByteView before, const Content& after) {
    record.update(entry.text_name(), before, after);
  });
  settle_members(archive, times, repacker, context);
  const Content after = Content::own(record.finish(context, listing->text_name()));
  if (after == source.all()) return;
  context.rewrote(listing->text_name(), source.all(), after);
  repacker.replace(*listing, source.all(), after);
}

/// The archives of a .conda file, of which the one tells of the other.
void settle_conda(Archive& archive, const std::vector<EntryTime>& times, Context& context) {
  CondaFile conda(context);
  Repacker repacker(archive.entries, context);
  repacker.keep_methods();  // conda reads parts of a file at a distance, where they are stored
  repacker.on_change(
      [&](const Entry& entry, ByteView, const Content&) { conda.replaced(entry.text_name()); });
  settle_members(archive, times, repacker, context, &conda);
  conda.check();
}

/// Takes signatures out where the rules want it, all of them or none.
bool strip_signatures(Archive& archive, Context& context) {
  if (context.rules().signed_files != SignedFiles::strip) return false;
  const auto stays = [](std::string_view name) {
    return !signed_by(name).empty() && !is_free_signature(name);
  };
  if (std::ranges::any_of(archive.entries, stays, &Entry::text_name)) return false;
  std::erase_if(archive.entries, [&](const Entry& entry) {
    const std::string_view name = entry.text_name();
    if (entry.is_folder() || !is_free_signature(name)) return false;
    context.changed(kSignature, name, "");
    context.dropped(name);
    return true;
  });
  return true;
}

class Zip final : public Normalizer {
 public:
  std::string_view name() const override { return "zip"; }

  bool recognizes(const Probe& probe) const override {
    const ByteView head = probe.head;
    if (starts_with(head, kLocalSignature) || starts_with(head, kEndSignature)) return true;
    // Section 8.5.3 to 8.5.5: the markers of an archive that was to be split, and was not.
    for (const std::string_view marker :
         {kDescriptorSignature, std::string_view("PK00"), kJmodMagic})
      if (starts_with(head, marker) && starts_with(head.subspan(4), kLocalSignature)) return true;
    return may_be_prefix(head) && !probe.source.packed() &&
           !ends_with_sections(head, probe.source.size()) &&
           ends_as_archive(probe.source.tail(kMostEndBytes), probe.source.size());
  }

  Content normalize(ByteView input, Context& context) const override {
    const std::size_t told = context.mark().findings;
    Archive archive = read_archive(input, context.rules().limits);
    if (!archive.reason_to_leave.empty()) return context.leave(input, archive.reason_to_leave);
    if (!archive.signed_by.empty()) return context.leave_signed(input, archive.signed_by);
    Kind kind = find_kind(archive.entries);
    if (!kind.signed_by.empty() && strip_signatures(archive, context))
      kind = find_kind(archive.entries);
    if (!kind.signed_by.empty()) return context.leave_signed(input, kind.signed_by);
    if (kind.usdz)
      return context.leave(input, "USDZ goes by the order of its files and by where they begin");
    // A damaged archive may end with a whole one that is a member of it.
    if (!is_all_zeros(archive.end.behind))
      return context.leave(input, std::to_string(archive.end.behind.size()) +
                                      " bytes behind the end of the archive");

    if (kind.jar) drop_leftovers(archive, context);
    find_alignment(archive, kind);
    if (context.rules().sort_members) settle_order(archive, kind, context);
    const std::vector<EntryTime> times = normal_times(archive, context);
    std::deque<Bytes> storage;
    settle_headers(archive, times, context, storage);
    move_jar_marker(archive, kind, context, storage);
    if (kind.conda) {
      settle_conda(archive, times, context);
    } else if (kind.dist_info.empty()) {
      Repacker repacker(archive.entries, context);
      settle_members(archive, times, repacker, context);
    } else {
      settle_wheel(archive, kind.dist_info, times, context);
    }
    Content written = write_archive(archive, context);
    // Version 4.5 where zip64 is used, its field in front of others: worth no word beside others.
    if (context.mark().findings == told && !(written == input))
      context.changed(kLayout, "as its writer laid it out", "in one form");
    return written;
  }

  Verification verification() const override { return Verification::changed_members; }
};

}  // namespace

std::unique_ptr<const Normalizer> make_zip() { return std::make_unique<Zip>(); }

}  // namespace normalize
