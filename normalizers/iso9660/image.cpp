#include "normalizers/iso9660/image.h"

#include <algorithm>
#include <set>

namespace normalize::iso9660 {
namespace {

using namespace std::string_view_literals;
using Kind = Spot::Kind;

constexpr std::size_t kMostDescriptors = 64, kMostContinuations = 64;
constexpr std::size_t kRootRecord = 156;  // in a volume descriptor
constexpr std::size_t kVolumeDates[] = {813, 830, 847, 864};
constexpr std::uint8_t kBootRecord = 0, kPrimary = 1, kSupplementary = 2, kTerminator = 255;
constexpr std::uint8_t kIsDirectory = 1 << 1, kLongForm = 1 << 7;
constexpr std::size_t kMostInPath = 4096;  // PATH_MAX

/// A directory, and the entry that names it.
struct Directory {
  std::uint64_t offset, bytes;
  std::size_t entry;
};

class Walk {
 public:
  Walk(ByteView bytes, Image& image) : bytes_(bytes), image_(image) {}

  /// One volume's tree, from its descriptor on.
  void volume(std::size_t descriptor) {
    volume_entry_ = image_.entries.size();
    image_.entries.emplace_back();
    for (const std::size_t date : kVolumeDates)
      add(Kind::volume_date, descriptor + date, volume_entry_);
    system_use_ = false;
    records_ = 0;
    root_owner_ = 0;
    directories_.clear();
    Reader root = region(descriptor + kRootRecord, 34, "root directory record");
    add(Kind::short_date, descriptor + kRootRecord + 18, volume_entry_);
    directories_.push_back(directory_of(root, volume_entry_));
    for (std::size_t i = 0; i < directories_.size(); ++i) read(Directory(directories_[i]));
  }

  void finish() {
    const auto place = [](const Spot& spot) { return std::pair(spot.offset, spot.kind); };
    std::ranges::sort(image_.spots, {}, place);
    // Two volumes may have one tree.
    const auto [first, last] = std::ranges::unique(image_.spots, {}, place);
    image_.spots.erase(first, last);
    for (std::size_t i = 1; i < image_.spots.size(); ++i) {
      const Spot& spot = image_.spots[i - 1];
      if (spot.offset + size_of(spot.kind) > image_.spots[i].offset)
        throw FormatError(spot.offset, "parts of the image overlap");
    }
  }

 private:
  Reader region(std::uint64_t offset, std::uint64_t count, std::string_view what) const {
    if (offset > bytes_.size()) throw FormatError(bytes_.size(), std::string(what) + " is missing");
    const auto at = static_cast<std::size_t>(offset);
    return Reader(bytes_.subspan(at), at).region(count, what);
  }

  void add(Kind kind, std::size_t offset, std::size_t entry) { add(kind, offset, entry, offset); }
  void add(Kind kind, std::size_t offset, std::size_t entry, std::size_t from) {
    region(offset, size_of(kind), "a field");
    image_.spots.push_back({kind, offset, entry, from});
  }

  /// Section 9.1: location of extent and data length are numbers of both byte orders.
  static Directory directory_of(Reader record, std::size_t entry) {
    record.take(2, "length and extended attribute length");
    const std::uint64_t extent = record.little_endian<std::uint32_t>("location of extent");
    record.take(4, "location of extent");
    return {extent * kSectorBytes, record.little_endian<std::uint32_t>("data length"), entry};
  }

  void read(const Directory& directory) {
    if (!seen_.insert(directory.offset).second) return;
    Reader in = region(directory.offset, directory.bytes, "directory");
    directory_bytes_ += directory.bytes;
    if (directory_bytes_ > bytes_.size()) in.fail("the directories are larger than the image");
    while (in.remaining() > 0) {
      const std::size_t in_sector = kSectorBytes - in.offset() % kSectorBytes;
      const std::size_t length = std::to_integer<std::size_t>(in.rest()[0]);
      if (length > in_sector) in.fail("a directory record crosses a sector's end");
      if (length == 0)
        in.take(std::min(in_sector, in.remaining()), "rest of a sector");
      else
        read_record(in.region(length, "directory record"), directory.entry);
    }
  }

  void read_record(Reader record, std::size_t parent) {
    const std::size_t start = record.offset();
    const Reader whole = record;
    record.take(25, "directory record");
    const std::uint8_t flags = record.byte("file flags");
    record.take(6, "file unit size to volume sequence number");
    const std::uint8_t length = record.byte("length of file identifier");
    const ByteView name = record.take(length, "file identifier");
    const bool is_itself = length == 1 && std::to_integer<unsigned>(name[0]) <= 1;  // "." and ".."
    if (length % 2 == 0 && record.remaining() > 0) record.take(1, "padding");
    const std::size_t entry = is_itself ? parent : image_.entries.size();
    if (!is_itself) image_.entries.push_back(path_of(parent, as_text(name)));
    add(Kind::short_date, start + 18, entry);
    read_system_use(record, entry, is_itself ? volume_entry_ : parent);
    if ((flags & kIsDirectory) != 0 && !is_itself)
      directories_.push_back(directory_of(whole, entry));
  }

  std::string path_of(std::size_t parent, std::string_view name) const {
    const std::string& folder = image_.entries[parent];
    std::string path = folder.empty() ? std::string(name) : folder + "/" + std::string(name);
    if (path.size() > kMostInPath) path.erase(0, path.size() - kMostInPath);
    return path;
  }

  /// SUSP section 5.3: the first record of the root says whether there are such fields, and how
  /// many bytes stand in front of them in other records.
  void read_system_use(Reader record, std::size_t entry, std::size_t parent) {
    if (++records_ == 1) {
      const ByteView rest = record.rest();
      system_use_ = rest.size() >= 7 && as_text(rest.first(6)) == "SP\7\1\xbe\xef"sv;
      if (system_use_) skipped_ = std::to_integer<std::size_t>(rest[6]);
    } else if (system_use_) {
      record.take(std::min(skipped_, record.remaining()), "skipped bytes");
    }
    if (!system_use_) return;
    for (std::size_t areas = 0; record.remaining() > 0; ++areas) {
      if (areas > kMostContinuations) record.fail("too many continuation areas");
      record = read_area(record, entry, parent);
    }
  }

  /// Answers where it goes on: an empty region where it does not.
  Reader read_area(Reader area, std::size_t entry, std::size_t parent) {
    Reader next(ByteView{});
    while (area.remaining() >= 4) {
      const std::size_t start = area.offset();
      const std::string_view signature = as_text(area.take(2, "signature"));
      const std::uint8_t length = area.byte("length");
      if (signature == "ST" || length == 0) break;  // padding follows
      if (length < 4) area.fail("a system use field is shorter than its header");
      area.take(1, "version");
      const Reader field = area.region(length - 4U, "system use field");
      if (signature == "CE") next = continuation(field);
      if (signature == "NM") name_entry(field, entry, parent);
      if (signature == "PX") owner(field, start, entry);
      if (signature == "TF") times(field, entry);
    }
    return next;
  }

  Reader continuation(Reader field) const {
    const std::uint64_t block = field.little_endian<std::uint32_t>("continuation area");
    field.take(4, "continuation area");
    const std::uint64_t offset = field.little_endian<std::uint32_t>("offset");
    field.take(4, "offset");
    const std::uint32_t length = field.little_endian<std::uint32_t>("length");
    return region(block * kSectorBytes + offset, length, "continuation area");
  }

  /// RRIP section 4.1.4; what is not the entry's own name has flags, or is "." or "..".
  void name_entry(Reader field, std::size_t entry, std::size_t parent) {
    if (field.byte("NM flags") != 0 || entry == parent) return;
    image_.entries[entry] = path_of(parent, as_text(field.rest()));
  }

  /// RRIP section 4.1.1. The second record of the root is its parent, which is the root itself:
  /// genisoimage makes something up for it, or not, as the order of the directory on disk has it.
  void owner(const Reader& field, std::size_t start, std::size_t entry) {
    if (field.remaining() < 32) field.fail("PX is too short");
    if (records_ == 1) root_owner_ = start;
    const bool is_root_parent = records_ == 2 && root_owner_ != 0;
    const std::size_t from = is_root_parent ? root_owner_ : start;
    add(Kind::mode, start + 4, entry, from + 4);
    if (is_root_parent) add(Kind::links, start + 12, entry, from + 12);
    add(Kind::uid, start + 20, entry, from + 20);
    add(Kind::gid, start + 28, entry, from + 28);
  }

  /// RRIP section 4.1.6: a date for every flag that is set.
  void times(Reader field, std::size_t entry) {
    const std::uint8_t flags = field.byte("TF flags");
    const Kind kind = (flags & kLongForm) != 0 ? Kind::long_date : Kind::short_date;
    for (unsigned bit = 0; bit < 7; ++bit)
      if ((flags >> bit & 1) != 0) {
        add(kind, field.offset(), entry);
        field.take(size_of(kind), "time stamp");
      }
  }

  const ByteView bytes_;
  Image& image_;
  std::vector<Directory> directories_;  // of one volume
  std::set<std::uint64_t> seen_;        // offsets of directories
  std::uint64_t directory_bytes_ = 0;
  std::size_t volume_entry_ = 0, skipped_ = 0;
  std::size_t records_ = 0, root_owner_ = 0;  // of one volume; the offset of its root's PX
  bool system_use_ = false;
};

/// What we could not keep true: UDF's tags have sums of their fields, libisofs' tags have sums of
/// the image.
std::string find_objection(ByteView image, std::size_t behind_descriptors) {
  for (std::size_t at = 0; at + kSectorBytes <= image.size(); at += kSectorBytes) {
    const std::string_view sector = as_text(image.subspan(at, kSectorBytes));
    if (sector.starts_with("libisofs_")) return "it holds checksums of itself";
    if (at >= behind_descriptors && at < behind_descriptors + 4 * kSectorBytes &&
        (sector.substr(1, 5) == "BEA01" || sector.substr(1, 4) == "NSR0"))
      return "it is an image of UDF too";
  }
  return "";
}

}  // namespace

std::size_t size_of(Spot::Kind kind) {
  switch (kind) {
    case Kind::volume_date:
    case Kind::long_date:
      return 17;
    case Kind::short_date:
      return 7;
    case Kind::mode:
    case Kind::links:
    case Kind::uid:
    case Kind::gid:
      break;
  }
  return 8;
}

bool has_descriptor(ByteView image) {
  return image.size() >= kFirstDescriptor + kSectorBytes &&
         as_text(image.subspan(kFirstDescriptor + 1, 5)) == "CD001";
}

Image read_image(ByteView bytes) {
  Image image;
  Walk walk(bytes, image);
  Reader in(bytes);
  in.take(kFirstDescriptor, "system area");
  for (std::size_t count = 0;; ++count) {
    if (count > kMostDescriptors) in.fail("more volume descriptors than " + std::to_string(count));
    const std::size_t start = in.offset();
    Reader descriptor = in.region(kSectorBytes, "volume descriptor");
    const std::uint8_t type = descriptor.byte("volume descriptor type");
    descriptor.expect(as_bytes("CD001"), "standard identifier");
    if (type == kTerminator) break;
    if (type == kBootRecord) image.bootable = true;
    if (type == kPrimary || type == kSupplementary) walk.volume(start);
  }
  walk.finish();
  image.objection = find_objection(bytes, in.offset());
  return image;
}

}  // namespace normalize::iso9660
