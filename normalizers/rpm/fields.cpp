#include "normalizers/rpm/fields.h"

#include "normalizers/bytes/digest.h"
#include "normalizers/rpm/classes.h"
#include "rules/mode.h"

namespace normalize::rpm {
namespace {

constexpr TimeRange kTimeRange{0, 0xffff'ffff};
/// What reproducible-builds.org and openSUSE have rpmbuild write.
constexpr std::string_view kBuildHostWord = "reproducible";
constexpr std::string_view kRoot = "root";
constexpr std::uint32_t kGroupWrite = 020, kSpecial = 07000;

constexpr Field kBuildTime{"BUILDTIME", "%use_source_date_epoch_as_buildtime 1"};
constexpr Field kBuildHost{"BUILDHOST", "%_buildhost reproducible"};
constexpr Field kCookie{"COOKIE", "%_buildhost reproducible"};
constexpr Field kSourcePkgId{"SOURCEPKGID", "rpmbuild -bb"};
constexpr Field kSpec{"SPEC", ""};
constexpr Field kFileMtimes{"FILEMTIMES", "%clamp_mtime_to_source_date_epoch 1"};
constexpr Field kFileModes{"FILEMODES", "umask 022"};
constexpr Field kFileDevices{"FILEDEVICES", ""};
constexpr Field kFileInodes{"FILEINODES", ""};
constexpr Field kFileUserName{"FILEUSERNAME", "%_srcdefattr (-,root,root)"};
constexpr Field kFileGroupName{"FILEGROUPNAME", "%_srcdefattr (-,root,root)"};
constexpr Field kFileSizes = Field::following("FILESIZES");
constexpr Field kFileDigests = Field::following("FILEDIGESTS");
constexpr Field kSize = Field::following("SIZE");
constexpr Field kPayloadFlags{"PAYLOADFLAGS", ""};

struct SumField {
  std::uint32_t tag;
  Field field;
};
constexpr SumField kSums[] = {{tag::kPayloadDigest, Field::following("PAYLOADDIGEST")},
                              {tag::kPayloadDigestAlt, Field::following("PAYLOADDIGESTALT")},
                              {tag::kArchiveSize, Field::following("ARCHIVESIZE")},
                              {tag::kSha1Header, Field::following("SHA1HEADER")},
                              {tag::kSha256Header, Field::following("SHA256HEADER")},
                              {tag::kSha3_256Header, Field::following("SHA3_256HEADER")},
                              {tag::kMd5, Field::following("SIGMD5")},
                              {tag::kSigSize, Field::following("SIGSIZE")},
                              {tag::kLongSigSize, Field::following("LONGSIGSIZE")},
                              {tag::kPayloadSize, Field::following("PAYLOADSIZE")},
                              {tag::kLongArchiveSize, Field::following("LONGARCHIVESIZE")}};

/// "HOST SECONDS", as rpmbuild writes it into source packages; packages built of those carry it on.
void settle_cookie(Header& header, Context& context) {
  const auto before = header.string(tag::kCookie);
  if (!before) return;
  const std::size_t space = before->find(' ');
  if (space == std::string::npos || space + 1 == before->size() || before->size() > space + 11 ||
      before->find_first_not_of("0123456789", space + 1) != std::string::npos)
    return;
  const std::int64_t time =
      context.rules().normal_time(std::stoll(before->substr(space + 1)), kTimeRange);
  const std::string after = std::string(kBuildHostWord) + " " + std::to_string(time);
  if (after == *before) return;
  context.changed(kCookie, *before, after);
  header.set_strings(tag::kCookie, {after});
}

void settle_source_id(Header& header, Context& context) {
  const Entry* id = header.find(tag::kSourcePkgId);
  if (!id) return;
  context.changed(kSourcePkgId, hexadecimal(id->data), "");
  header.remove(tag::kSourcePkgId);
}

bool continues_path(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         c == '-' || c == '_' || c == '.' || c == '+' || c == '~';
}

/// `text` with the paths in it as the rules map them.
std::string mapped_text(std::string_view text, const Rules& rules) {
  std::string mapped;
  while (!text.empty()) {
    const std::size_t start = std::min(text.find('/'), text.size());
    std::size_t end = start;
    while (end < text.size() && continues_path(text[end])) ++end;
    const bool is_path = start == 0 || !continues_path(text[start - 1]);
    mapped += text.substr(0, start);
    const std::string_view path = text.substr(start, end - start);
    mapped += is_path ? rules.mapped_path(path) : std::string(path);
    text.remove_prefix(end);
  }
  return mapped;
}

/// The spec file with its macros expanded, paths of the build among them. The package holds the
/// file itself, so `strict` drops this.
void settle_spec(Header& header, Context& context) {
  const auto before = header.string(tag::kSpec);
  if (!before) return;
  if (context.rules().strict()) {
    context.changed(kSpec, std::to_string(before->size()) + " bytes", "");
    return header.remove(tag::kSpec);
  }
  const std::string after = mapped_text(*before, context.rules());
  if (after == *before) return;
  context.changed(kSpec, std::to_string(before->size()) + " bytes", "paths mapped");
  header.set_strings(tag::kSpec, {after});
}

/// Package files have the modes that their builder asked for, but for the one bit that a umask may
/// write and nobody misses; sources have what their owner's umask gave them.
std::uint32_t settled_mode(const File& file, std::string_view group, bool is_source,
                           const Rules& rules) {
  if (is_source) return normal_mode(file.mode, rules);
  const bool from_umask =
      rules.strict() && group == kRoot && !file.is_link() && !(file.mode & kSpecial);
  return from_umask ? file.mode & ~kGroupWrite : file.mode;
}

template <typename Values>
void put_numbers(Header& header, std::uint32_t tag, const std::vector<Settled>& settled,
                 Values value) {
  if (!header.has(tag)) return;
  std::vector<std::uint64_t> numbers;
  numbers.reserve(settled.size());
  for (const Settled& file : settled) numbers.push_back(value(file));
  header.set_numbers(tag, numbers);
}

/// Sources belong to whoever had them; rpm gives them to who installs them.
void settle_owners(Header& header, std::uint32_t tag, const Field& field, const Files& files,
                   Context& context) {
  auto names = header.strings(tag);
  if (names.size() != files.size()) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == kRoot) continue;
    context.changed(field, names[i], std::string(kRoot), files[i].path);
    names[i] = kRoot;
  }
  if (!names.empty()) header.set_strings(tag, names);
}

/// Since 4.6 rpmbuild counts files, on device 1, ghosts on 0; earlier versions wrote numbers of the
/// build's disk.
bool has_disk_numbers(const Header& header, const Files& files) {
  const auto of_disk = [](const File& file) { return file.device > 1; };
  return header.has(tag::kFileDevices) && header.has(tag::kFileInodes) &&
         std::ranges::any_of(files.all(), of_disk);
}

void settle_numbers(Settled& to, const File& file, std::size_t first_name, Context& context) {
  to.device = context.settle<std::uint32_t>(kFileDevices, file.device, 1, file.path);
  to.inode = context.settle(kFileInodes, file.inode, static_cast<std::uint32_t>(first_name + 1),
                            file.path);
}

Settled settle_file(const File& file, std::string_view group, bool is_source, Context& context) {
  Settled to{.device = file.device, .inode = file.inode};
  to.mtime = static_cast<std::uint32_t>(
      context.settle_time(kFileMtimes, file.mtime, kTimeRange, file.path));
  to.mode = settled_mode(file, group, is_source, context.rules());
  if (to.mode != file.mode)
    context.changed(kFileModes, mode_text(file.mode), mode_text(to.mode), file.path);
  return to;
}

/// SIZE counts a file once whatever its names, or, as written by others than rpmbuild, each name.
void follow_size(Header& header, const std::map<std::size_t, NewData>& changed, const Files& files,
                 Context& context) {
  const std::uint32_t size_tag = header.has(tag::kLongSize) ? tag::kLongSize : tag::kSize;
  const auto before = header.number(size_tag);
  if (!before) return;
  std::uint64_t once = 0, added = 0, removed = 0;
  const auto counts = [&](std::size_t i) { return files.first_name(i) == i; };
  for (std::size_t i = 0; i < files.size(); ++i)
    if ((files[i].is_regular() || files[i].is_link()) && counts(i)) once += files[i].size;
  for (const auto& [index, data] : changed) {
    if (*before == once && !counts(index)) continue;
    added += data.after.size();
    removed += data.before.size();
  }
  if (*before + added < removed) return;
  header.set_numbers(size_tag, {context.settle(kSize, *before, *before + added - removed)});
}

/// What a sum's tag says, as people read it.
std::string sum_text(Type type, ByteView data) {
  if (type == Type::binary) return hexadecimal(data);
  if (type == Type::string || type == Type::string_array)
    return std::string(as_text(data.first(data.size() - 1)));
  Reader in(data);
  return std::to_string(type == Type::int64 ? in.big_endian<std::uint64_t>("size")
                                            : in.big_endian<std::uint32_t>("size"));
}

}  // namespace

void settle_build(Header& header, Context& context) {
  if (const auto before = header.number(tag::kBuildTime))
    header.set_numbers(tag::kBuildTime,
                       {static_cast<std::uint64_t>(context.settle_time(
                           kBuildTime, static_cast<std::int64_t>(*before), kTimeRange))});
  if (const auto before = header.string(tag::kBuildHost); before && *before != kBuildHostWord) {
    context.changed(kBuildHost, *before, std::string(kBuildHostWord));
    header.set_strings(tag::kBuildHost, {std::string(kBuildHostWord)});
  }
  settle_cookie(header, context);
  settle_source_id(header, context);
  settle_spec(header, context);
}

std::vector<Settled> settle_files(Header& header, const Files& files, bool is_source,
                                  Context& context) {
  const auto groups = header.strings(tag::kFileGroupName);
  const bool of_disk = has_disk_numbers(header, files);
  std::vector<Settled> settled;
  settled.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string_view group = i < groups.size() ? groups[i] : std::string_view();
    settled.push_back(settle_file(files[i], group, is_source, context));
    if (of_disk) settle_numbers(settled.back(), files[i], files.first_name(i), context);
  }
  put_numbers(header, tag::kFileMtimes, settled, [](const Settled& file) { return file.mtime; });
  put_numbers(header, tag::kFileModes, settled, [](const Settled& file) { return file.mode; });
  if (of_disk) {
    put_numbers(header, tag::kFileDevices, settled,
                [](const Settled& file) { return file.device; });
    put_numbers(header, tag::kFileInodes, settled, [](const Settled& file) { return file.inode; });
  }
  if (is_source && context.rules().owners != Owners::keep) {
    settle_owners(header, tag::kFileUserName, kFileUserName, files, context);
    settle_owners(header, tag::kFileGroupName, kFileGroupName, files, context);
  }
  return settled;
}

void follow_data(Header& header, const std::map<std::size_t, NewData>& changed, const Files& files,
                 Context& context) {
  if (changed.empty()) return;
  auto sizes = header.numbers(files.size_tag());
  auto digests = header.strings(tag::kFileDigests);
  for (const auto& [index, data] : changed) {
    const std::string& path = files[index].path;
    sizes[index] = context.settle(kFileSizes, sizes[index], data.after.size(), path);
    if (index >= digests.size() || data.digest.empty()) continue;
    context.changed(kFileDigests, digests[index], data.digest, path);
    digests[index] = data.digest;
  }
  header.set_numbers(files.size_tag(), sizes);
  if (!digests.empty()) header.set_strings(tag::kFileDigests, digests);
  follow_size(header, changed, files, context);
  follow_classes(header, changed, files, context);
}

void settle_payload_flags(Header& header, std::string_view text, Context& context) {
  const auto before = header.string(tag::kPayloadFlags);
  if (!before || text.empty() || *before == text) return;
  context.changed(kPayloadFlags, *before, std::string(text));
  header.set_strings(tag::kPayloadFlags, {std::string(text)});
}

void follow_sums(Header& header, const std::vector<Sum>& sums, Context& context) {
  for (const Sum& sum : sums) {
    const Entry& entry = *header.find(sum.tag);
    if (equal(entry.data, sum.data)) continue;
    const auto found = std::ranges::find(kSums, sum.tag, &SumField::tag);
    context.changed(found->field, sum_text(entry.type, entry.data), sum_text(entry.type, sum.data));
    header.set_data(sum.tag, sum.data);
  }
}

}  // namespace normalize::rpm
