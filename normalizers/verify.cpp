// The second opinion: libarchive, a reader that shares no code with ours, lists an archive before
// and after. Only its tar, cpio, ar and zip readers are on, and none of its filters: a compressed
// archive is verified where it is unpacked already.

#include "normalizers/verify.h"

#include <tuple>
#include <unordered_map>

#include "normalizers/archive_reader.h"
#include "normalizers/bytes/checksum.h"

namespace normalize {
namespace {

/// Fed with one run of bytes after another; where a hole lies between two, its end is fed instead.
class Digest {
 public:
  void feed(ByteView bytes, std::uint64_t offset) {
    if (offset != next_) {
      const std::byte* raw = reinterpret_cast<const std::byte*>(&offset);
      update(ByteView(raw, sizeof offset));
    }
    update(bytes);
    next_ = offset + bytes.size();
  }
  std::uint64_t value() const { return std::uint64_t{crc_} << 32 | adler_; }

 private:
  void update(ByteView bytes) {
    crc_ = crc32(bytes, crc_);
    adler_ = adler32(bytes, adler_);
  }
  std::uint32_t crc_ = 0, adler_ = 1;
  std::uint64_t next_ = 0;
};

/// A member of an archive, in little: there may be hundreds of thousands.
struct Entry {
  std::uint64_t name = 0;    // name_hash()
  std::uint64_t target = 0;  // of a symbolic link, likewise
  std::uint64_t digest = 0;  // 0 where the data was not read
  std::uint64_t digest_if_left = 0;
  unsigned type = 0;  // AE_IFREG, ...; hard links are AE_IFREG

  bool operator<(const Entry& other) const {
    return std::tie(name, type, target, digest) <
           std::tie(other.name, other.type, other.target, other.digest);
  }
};

bool is_as_expected(const Entry& expected, const Entry& found) {
  return std::tie(expected.name, expected.type, expected.target) ==
             std::tie(found.name, found.type, found.target) &&
         (found.digest == expected.digest || found.digest == expected.digest_if_left);
}

std::uint64_t digest_data(ArchiveReader& reader) {
  Digest digest;
  reader.read_data([&](ByteView bytes, std::uint64_t offset) { digest.feed(bytes, offset); });
  return digest.value();
}

/// cpio's newc form writes the data of hard links once, with the last name; it is that of the
/// others, too.
class LateData {
 public:
  void add_link(std::size_t index, std::uint64_t target, std::uint64_t digest) {
    targets_.emplace(index, target);
    if (digest != kEmpty) digests_.insert_or_assign(target, digest);
  }

  void give_to(std::vector<Entry>& entries) const {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].type != AE_IFREG || entries[i].digest != kEmpty) continue;
      const auto target = targets_.find(i);
      const auto found = digests_.find(target == targets_.end() ? entries[i].name : target->second);
      if (found != digests_.end()) entries[i].digest = found->second;
    }
  }

 private:
  static constexpr std::uint64_t kEmpty = 1;  // Digest().value()

  std::unordered_map<std::size_t, std::uint64_t> targets_;    // of links, by index
  std::unordered_map<std::uint64_t, std::uint64_t> digests_;  // by name_hash()
};

/// Digests by name_hash() of the entries read so far, for hard links to them. Most archives have
/// none: the index is made when the first is met.
class Digests {
 public:
  std::uint64_t of(std::uint64_t name, const std::vector<Entry>& entries) {
    for (; indexed_ < entries.size(); ++indexed_)
      by_name_.insert_or_assign(entries[indexed_].name, entries[indexed_].digest);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? 0 : found->second;
  }

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> by_name_;
  std::size_t indexed_ = 0;
};

/// Calls `visit` with the reader and each entry.
template <typename Visit>
void for_each_entry(const Content& content, Visit visit) {
  ArchiveReader reader(content, [](archive* a) {
    archive_read_support_format_tar(a);
    archive_read_support_format_gnutar(a);
    archive_read_support_format_cpio(a);
    archive_read_support_format_ar(a);
    archive_read_support_format_zip_seekable(a);
  });
  while (archive_entry* entry = reader.next()) visit(reader, entry);
}

/// What an entry is, but for its data.
Entry header_of(archive_entry* raw) {
  Entry entry;
  entry.name = name_hash(ArchiveReader::name_of(raw));
  entry.type = archive_entry_filetype(raw);
  if (entry.type == 0) entry.type = AE_IFREG;  // `ar D` writes modes without a type
  // Which of the names is the file and which the link is for the normalizer to say. Two of cpio's
  // folders may have one number, and are none.
  if (archive_entry_hardlink(raw) && entry.type != AE_IFDIR)
    entry.type = AE_IFREG;
  else if (const char* target = archive_entry_symlink(raw))
    entry.target = name_hash(target);
  return entry;
}

/// `reads` says by the hash of a name whether to read an entry's data.
template <typename Reads>
std::vector<Entry> list(const Content& content, Reads reads) {
  std::vector<Entry> entries;
  Digests digests;
  LateData late;
  for_each_entry(content, [&](ArchiveReader& a, archive_entry* raw) {
    Entry entry = header_of(raw);
    if (const char* link = archive_entry_hardlink(raw); link && entry.type == AE_IFREG) {
      const std::uint64_t target = name_hash(link);
      entry.digest = digests.of(target, entries);
      // cpio and pax may repeat it; and what cpio's folder shares its number with is no link to it.
      if (archive_entry_size(raw) > 0 || entry.digest == 0) entry.digest = digest_data(a);
      late.add_link(entries.size(), target, entry.digest);
    } else if (entry.type == AE_IFREG && reads(entry.name)) {
      entry.digest = digest_data(a);
    }
    entries.push_back(entry);
  });
  late.give_to(entries);
  return entries;
}

/// The name that a hash stands for.
std::string find_name(const Content& content, std::uint64_t hash) {
  std::string found;
  for_each_entry(content, [&](ArchiveReader&, archive_entry* raw) {
    if (std::string name = ArchiveReader::name_of(raw); name_hash(name) == hash)
      found = std::move(name);
  });
  return found;
}

/// What becomes of members, in little.
class Changes {
 public:
  explicit Changes(std::span<const MemberChange> changes) {
    for (const MemberChange& change : changes) {
      if (change.dropped) {
        dropped_.push_back(change.name);
        continue;
      }
      after_.emplace_back(change.digest_before, change.digest_after);
      changed_.push_back(change.name);
      all_ascii_ = all_ascii_ && change.has_ascii_name;
    }
    std::ranges::stable_sort(after_, {}, &Pair::first);
    std::ranges::sort(changed_);
    std::ranges::sort(dropped_);
  }

  /// libarchive may spell a name that is not ASCII in another way.
  bool all_ascii() const { return all_ascii_; }
  bool concern(std::uint64_t name) const { return std::ranges::binary_search(changed_, name); }

  /// What `entries` should have become. Where two have the same bytes and a limit was reached
  /// between them, the one whose name is not told of was left; or libarchive spells it in another
  /// way.
  void apply_to(std::vector<Entry>& entries) const {
    std::erase_if(entries, [&](const Entry& entry) {
      return std::ranges::binary_search(dropped_, entry.name);
    });
    for (Entry& entry : entries) {
      const std::uint64_t before = entry.digest;
      const auto found = std::ranges::lower_bound(after_, before, {}, &Pair::first);
      if (found != after_.end() && found->first == before) entry.digest = found->second;
      entry.digest_if_left = concern(entry.name) ? entry.digest : before;
    }
  }

 private:
  using Pair = std::pair<std::uint64_t, std::uint64_t>;  // before and after
  std::vector<Pair> after_;
  std::vector<std::uint64_t> changed_, dropped_;  // name_hash()
  bool all_ascii_ = true;
};

}  // namespace

std::uint64_t quick_digest(ByteView bytes) { return quick_digest(Content::view(bytes)); }

std::uint64_t quick_digest(const Content& content) {
  Digest digest;
  std::uint64_t offset = 0;
  for_each_part(content, [&](ByteView part) {
    digest.feed(part, offset);
    offset += part.size();
    return true;
  });
  return digest.value();
}

void verify_archive(ByteView before, const Content& after, std::span<const MemberChange> changes,
                    Verification verification) {
  const Changes changed(changes);
  const bool read_all = verification == Verification::everything || !changed.all_ascii();
  const auto reads = [&](std::uint64_t name) { return read_all || changed.concern(name); };

  std::vector<Entry> expected;
  try {
    expected = list(Content::view(before), reads);
  } catch (const ArchiveReader::Unreadable&) {
    return;
  }
  if (expected.empty()) return;  // it does not find what stands behind some prefixes
  changed.apply_to(expected);
  std::vector<Entry> found;
  try {
    found = list(after, reads);
  } catch (const ArchiveReader::Unreadable& error) {
    throw VerifyError(std::string("libarchive cannot read the normal form: ") + error.what());
  }
  std::sort(expected.begin(), expected.end());
  std::sort(found.begin(), found.end());
  const auto [lost, extra] = std::ranges::mismatch(expected, found, is_as_expected);
  if (lost != expected.end())
    throw VerifyError("the normal form holds no \"" + find_name(Content::view(before), lost->name) +
                      "\" as it should be");
  if (extra != found.end())
    throw VerifyError("the normal form holds \"" + find_name(after, extra->name) +
                      "\", which it should not");
}

}  // namespace normalize
