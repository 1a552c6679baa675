#include "normalizers/rpm/payload.h"

#include <utility>

#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/registry.h"
#include "normalizers/rpm/package.h"
#include "rules/owners.h"

namespace normalize::rpm {
namespace {

constexpr Field kUid{"c_uid", "build where the package's users do not exist"};
constexpr Field kGid{"c_gid", "build where the package's groups do not exist"};
constexpr Field kIno{"c_ino", ""};
constexpr Field kDev{"c_dev", ""};
constexpr Field kMtime{"c_mtime", "%clamp_mtime_to_source_date_epoch 1"};
constexpr Field kMode{"c_mode", ""};

constexpr std::uint32_t kSetIds = 06000;
constexpr std::string_view kStrippedMagic = "07070X";
constexpr std::size_t kStrippedHeaderBytes = 14, kAlignment = 4;

std::size_t padding(std::uint64_t offset) {
  return static_cast<std::size_t>((kAlignment - offset % kAlignment) % kAlignment);
}

void skip_padding(Reader& in, std::size_t start) {
  const ByteView zeros = in.take(padding(in.offset() - start), "padding");
  if (std::ranges::any_of(zeros, [](std::byte b) { return b != std::byte{0}; }))
    in.fail("padding is not zero");
}

std::size_t read_file_number(Reader& in) {
  std::size_t number = 0;
  for (const char digit : as_text(in.take(8, "file number"))) {
    const std::size_t value =
        std::string_view("0123456789abcdef")
            .find(static_cast<char>(digit >= 'A' && digit <= 'F' ? digit - 'A' + 'a' : digit));
    if (value == std::string_view::npos) in.fail("file number is not hexadecimal");
    number = number << 4 | value;
  }
  return number;
}

/// Whether the member of a file carries its data: of hard links the last one does.
std::vector<bool> carriers(const Files& files) {
  std::vector<bool> carries(files.size());
  std::map<std::size_t, std::size_t> last;
  for (std::size_t i = 0; i < files.size(); ++i) {
    carries[i] = files[i].is_regular() || files[i].is_link();
    if (files[i].group == 0) continue;
    const auto [found, is_new] = last.try_emplace(files[i].group, i);
    if (!is_new) carries[std::exchange(found->second, i)] = false;
  }
  return carries;
}

void read_stripped(Reader& in, const Files& files, Payload& payload) {
  payload.is_newc = false;
  const std::vector<bool> carries = carriers(files);
  while (starts_with(in.rest(), kStrippedMagic)) {
    const std::size_t start = in.offset();
    Member member{};
    member.raw_header = in.rest().first(std::min(in.remaining(), kStrippedHeaderBytes));
    in.take(kStrippedMagic.size(), "magic");
    member.file = read_file_number(in);
    if (member.file >= files.size()) in.fail("the header has no such file");
    skip_padding(in, start);
    if (carries[member.file]) member.data = in.take(files[member.file].size, "data");
    skip_padding(in, start);
    payload.members.push_back(member);
  }
}

void read_newc(const cpio::Archive& archive, const Files& files, Payload& payload) {
  payload.lower_case = archive.lower_case;
  for (const cpio::Entry& entry : archive.entries) {
    const auto file = files.find(entry.name);
    if (!file)
      throw FormatError(
          0, "the header does not name the payload's \"" + std::string(entry.name) + "\"");
    if (entry.header.form != cpio::Form::newc)
      throw FormatError(0, "the payload is not of cpio's newc form");
    payload.members.push_back(
        {*file, entry.header, entry.raw_header, entry.name_field, entry.group, entry.data});
  }
}

void check_data(const Member& member, const File& file, const std::string& algorithm) {
  const std::string where = "\"" + file.path + "\"";
  if (member.data.size() != file.size)
    throw FormatError(0, "size of " + where + " is not what the header says");
  if (!file.digest.empty() && hex_digest(algorithm, Content::view(member.data)) != file.digest)
    throw FormatError(0, "digest of " + where + " is not what the header says");
}

/// Data has to be what the header says, and to stand with one name of a file.
void check_members(const Payload& payload, const Files& files, const std::string& algorithm) {
  std::map<std::size_t, std::size_t> carriers;  // by group
  for (const Member& member : payload.members) {
    const File& file = files[member.file];
    if (!file.is_regular() || (file.group != 0 && member.data.empty())) continue;
    check_data(member, file, algorithm);
    if (file.group != 0 && ++carriers[file.group] > 1)
      throw FormatError(0, "data of \"" + file.path + "\" stands with several of its names");
  }
  for (const Member& member : payload.members) {
    const File& file = files[member.file];
    if (file.group != 0 && file.size != 0 && !carriers.contains(file.group))
      throw FormatError(0, "data of \"" + file.path + "\" is not in the payload");
  }
}

/// The members as what stands beside a member.
class Members final : public Neighbours {
 public:
  Members(const Payload& payload, const Files& files, const std::vector<Settled>& settled)
      : files_(files), settled_(settled) {
    for (const Member& member : payload.members) by_file_.emplace(member.file, &member);
  }

  std::optional<Neighbour> find(std::string_view name) const override {
    const auto file = files_.find(name);
    if (!file || !files_[*file].is_regular()) return std::nullopt;
    return Neighbour{files_[*file].mtime, settled_[*file].mtime};
  }

  std::optional<Bytes> read(std::string_view name) const override {
    const auto file = files_.find(name);
    const auto found = file ? by_file_.find(*file) : by_file_.end();
    if (found == by_file_.end() || !files_[*file].is_regular()) return std::nullopt;
    const ByteView data = found->second->data;
    if (data.size() != files_[*file].size) return std::nullopt;  // stands with another name
    WholeSource source(data);
    if (find_normalizer({name, source.head(), source})) return std::nullopt;
    return Bytes(data.begin(), data.end());
  }

 private:
  const Files& files_;
  const std::vector<Settled>& settled_;
  std::map<std::size_t, const Member*> by_file_;
};

/// Whether the names that share a number in the archive are those that share one in the header.
bool links_agree(const Payload& payload, const Files& files) {
  std::map<std::size_t, std::size_t> to_header, to_archive;
  for (const Member& member : payload.members) {
    const std::size_t group = files[member.file].group;
    if ((member.group == 0) != (group == 0)) return false;
    if (group == 0) continue;
    if (to_header.emplace(member.group, group).first->second != group ||
        to_archive.emplace(group, member.group).first->second != member.group)
      return false;
  }
  return true;
}

class PayloadWriter {
 public:
  PayloadWriter(const Payload& payload, const Files& files, const std::vector<Settled>& settled,
                const std::string& algorithm, Context& context)
      : payload_(payload),
        files_(files),
        settled_(settled),
        algorithm_(algorithm),
        context_(context),
        members_(payload, files, settled),
        renumber_(payload.is_newc && links_agree(payload, files)) {}

  void write(bool normalize_members) {
    for (const Member& member : payload_.members) {
      const auto changed = normalize_members ? normalize(member) : std::nullopt;
      const Content data = changed ? *changed : Content::view(member.data);
      const std::uint64_t start = out_.size();
      if (payload_.is_newc) {
        write_header(member, data.size());
        out_.bytes(member.name_field);
      } else {
        out_.bytes(member.raw_header);
      }
      out_.zeros(padding(out_.size() - start));
      out_.carry(data);
      out_.zeros(padding(out_.size() - start));
    }
    out_.carry(payload_.rest);
  }

  NewPayload finish() && { return {std::move(out_).finish(), std::move(changed_)}; }

 private:
  std::optional<Content> normalize(const Member& member) {
    const File& file = files_[member.file];
    if (!file.is_regular() || member.data.empty()) return std::nullopt;
    WholeSource source(member.data);
    std::optional<Content> after = context_.member(file.path, source, {.neighbours = &members_});
    if (!after) return std::nullopt;
    const std::string sum = hex_digest(algorithm_, *after);
    for (const std::size_t name : files_.names(member.file))
      changed_.emplace(name, NewData{member.data, *after, files_[name].digest.empty() ? "" : sum});
    return after;
  }

  void write_header(const Member& member, std::uint64_t data_bytes) {
    const File& file = files_[member.file];
    const Settled& to = settled_[member.file];
    cpio::Header header = member.header;
    header.uid = owner(kUid, header.uid, file);
    header.gid = owner(kGid, header.gid, file);
    // What says the same as the header's lists is a finding there.
    if (header.mtime == file.mtime)
      header.mtime = to.mtime;
    else
      header.mtime = static_cast<std::uint32_t>(
          context_.settle_time(kMtime, header.mtime, {0, 0xffff'ffff}, file.path));
    // Where the package's users do not exist, rpmbuild drops setuid and setgid from the payload.
    if ((header.mode ^ file.mode) == (~header.mode & file.mode & kSetIds))
      header.mode = header.mode == file.mode
                        ? to.mode
                        : context_.settle(kMode, header.mode, to.mode, file.path);
    if (renumber_) {
      header.ino = context_.settle(kIno, header.ino, to.inode, file.path);
      header.devmajor = context_.settle<std::uint32_t>(kDev, header.devmajor, 0, file.path);
      header.devminor = context_.settle<std::uint32_t>(kDev, header.devminor, 0, file.path);
    }
    if (data_bytes > 0xffff'ffff) throw LimitError("a file grows past what c_filesize can hold");
    header.filesize = data_bytes;
    if (header == member.header)
      out_.bytes(member.raw_header);
    else
      out_.bytes(cpio::header_bytes(header, payload_.lower_case));
  }

  std::uint32_t owner(const Field& field, std::uint32_t before, const File& file) {
    const auto after = static_cast<std::uint32_t>(normal_owner(before, context_.rules()));
    return context_.settle(field, before, after, file.path);
  }

  const Payload& payload_;
  const Files& files_;
  const std::vector<Settled>& settled_;
  const std::string& algorithm_;
  Context& context_;
  const Members members_;
  const bool renumber_;
  Writer out_;
  std::map<std::size_t, NewData> changed_;
};

}  // namespace

Payload read_payload(ByteView archive, const Files& files, const std::string& digest_algorithm) {
  Payload payload;
  Reader in(archive);
  if (starts_with(in.rest(), kStrippedMagic)) read_stripped(in, files, payload);
  const ByteView tail = in.rest();
  const cpio::Archive newc = cpio::read_archive(in);
  if (payload.is_newc) read_newc(newc, files, payload);
  if (!payload.is_newc && !newc.entries.empty())
    throw FormatError(0, "the payload mixes two forms of cpio");
  payload.rest =
      tail.subspan(static_cast<std::size_t>(newc.trailer.raw_header.data() - tail.data()));
  check_members(payload, files, digest_algorithm);
  return payload;
}

NewPayload write_payload(const Payload& payload, const Files& files,
                         const std::vector<Settled>& settled, const std::string& digest_algorithm,
                         bool normalize_members, Context& context) {
  PayloadWriter writer(payload, files, settled, digest_algorithm, context);
  writer.write(normalize_members);
  return std::move(writer).finish();
}

}  // namespace normalize::rpm
