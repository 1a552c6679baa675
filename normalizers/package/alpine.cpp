// Packages of Alpine, version 2 of the format (apk-package(5) and abuild): one tar archive cut into
// gzip members. The first, .SIGN.*, signs the second as it is packed: control files, of which
// .PKGINFO has a datahash, the SHA-256 of the third as it is packed. In there each file and
// symbolic link has its SHA-1 in a pax record, the latter that of its target.
//
// builddate is lowered to the epoch, datahash and size of .PKGINFO and the records follow. `strict`
// drops `commit`, which tells the state of the repository of build scripts. Members keep their
// order, and their owners the accounts of the system.

#include "normalizers/package/alpine.h"

#include <algorithm>
#include <deque>

#include "normalizers/bytes/digest.h"
#include "normalizers/package/kinds.h"
#include "normalizers/package/lines.h"
#include "normalizers/package/pkginfo.h"

namespace normalize::package {
namespace {

constexpr Field kChecksum = Field::following("APK-TOOLS.checksum.SHA1");
constexpr Field kDatahash = Field::following("datahash");
constexpr Field kCommit{"commit", ""};

constexpr std::string_view kPkginfo = ".PKGINFO";
constexpr std::string_view kControlName = "control.tar", kDataName = "data.tar";

Rules with_owners_of_the_system(Rules rules) {
  if (rules.owners == Owners::root) rules.owners = Owners::system;
  return rules;
}

std::optional<std::string> drop_commit(std::string_view line, Context& context,
                                       std::string_view member) {
  const auto value = pkginfo_value(line, kCommit.name);
  if (!context.rules().strict() || !value || value->empty()) return std::nullopt;
  context.changed(kCommit, std::string(*value), "", member);
  return with_value(line, *value, "");
}

/// Files whose SHA-1 is in their own headers.
class AlpineData final : public Package {
 public:
  explicit AlpineData(Context& context) : context_(context) {}

  Owners own_owners() const override { return Owners::system; }
  bool is_list(const tar::Entry&) const override { return false; }

  void settle_records(tar::Entry& entry, const std::optional<Content>& after) override {
    for (tar::Record& record : entry.records) {
      if (record.key != kChecksum.name) continue;
      const Content before =
          Content::view(entry.type == '2' ? as_bytes(entry.linkname) : entry.data);
      if (record.value != sha1(before))
        throw FormatError(0, std::string(kChecksum.name) + " does not match " + quoted(entry.name));
      if (!after) continue;
      const std::string& value = values_.emplace_back(sha1(*after));
      context_.changed(kChecksum, std::string(record.value), value, entry.name);
      record.value = value;
    }
  }

 private:
  static std::string sha1(const Content& content) { return hex_digest("sha1", content); }

  Context& context_;
  std::deque<std::string> values_;  // that records view
};

/// .PKGINFO and scripts. What it tells of the data is true as long as that stays.
class AlpineControl final : public Package {
 public:
  explicit AlpineControl(Context& context) : context_(context) {}

  bool is_list(const tar::Entry&) const override { return false; }

  std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) override {
    if (entry.name != kPkginfo) return registry(entry);
    // Where the data is at hand, too, the package that holds both has decided.
    if (auto decided = registry(entry)) return decided;
    const auto own_line = [&](std::string_view line) {
      return drop_commit(line, context_, kPkginfo);
    };
    Content after = update_pkginfo(as_text(entry.data), 0, context_, kPkginfo, own_line);
    if (after == entry.data) return std::nullopt;
    context_.rewrote(kPkginfo, entry.data, after);
    return after;
  }

 private:
  Context& context_;
};

bool has_datahash(const tar::Entry& entry) {
  if (entry.name != kPkginfo) return false;
  // In the first line where the comments in front of it have gone.
  const std::string_view text = as_text(entry.data);
  return text.starts_with("datahash = ") || text.find("\ndatahash = ") != std::string_view::npos;
}

}  // namespace

std::string first_member(ByteView payload) {
  if (!tar::looks_like_tar(payload)) return {};
  ByteView header = payload.first(tar::kBlockBytes);
  if (tar::type_of(header) == 'x') {
    const std::int64_t size = tar::number_of(header, tar::kSize).value_or(-1);
    const std::size_t left = payload.size() / tar::kBlockBytes;
    if (size < 0 || static_cast<std::uint64_t>(size) > payload.size()) return {};
    const std::size_t blocks = 1 + (static_cast<std::size_t>(size) + 511) / tar::kBlockBytes;
    if (blocks >= left) return {};
    header = payload.subspan(blocks * tar::kBlockBytes, tar::kBlockBytes);
  }
  return tar::name_of(header);
}

AlpinePackage::AlpinePackage(ByteView control, ByteView data, ByteView packed_data,
                             Context& context)
    : control_(control),
      data_(data),
      packed_data_(packed_data),
      context_(context),
      data_rules_(with_owners_of_the_system(context.rules())) {}

Content AlpinePackage::settle_data() {
  WholeSource source(data_);
  auto after = context_.member(kDataName, source, {nullptr, this});
  if (!after) size_changes_.clear();  // something went wrong later on
  return after ? *after : Content::view(data_);
}

Content AlpinePackage::settle_control(const Content& packed_data) {
  packed_data_after_ = packed_data;
  WholeSource source(control_);
  auto after = context_.member(kControlName, source, {nullptr, this});
  if (!after && !(packed_data == packed_data_))
    throw FormatError(0, ".PKGINFO does not open, and its datahash has to follow");
  return after ? *after : Content::view(control_);
}

std::optional<Content> AlpinePackage::decide(std::string_view path, Source& member) {
  if (path != std::string(kControlName).append("!").append(kPkginfo)) return std::nullopt;
  const auto own_line = [&](std::string_view line) -> std::optional<std::string> {
    if (const auto value = pkginfo_value(line, kDatahash.name))
      return settle_datahash(line, *value);
    return drop_commit(line, context_, path);
  };
  Content after = update_pkginfo(as_text(member.all()), size_change(), context_, path, own_line);
  if (after == member.all()) return std::nullopt;
  return after;
}

std::string AlpinePackage::settle_datahash(std::string_view line, std::string_view value) {
  const auto sha256 = [](const Content& content) { return hex_digest("sha256", content); };
  if (value != sha256(Content::view(packed_data_)))
    throw FormatError(0, "datahash does not match the data as it is packed");
  const std::string after = sha256(packed_data_after_);
  if (after != value)
    context_.changed(kDatahash, std::string(value), after,
                     std::string(kControlName).append("!").append(kPkginfo));
  return with_value(line, value, after);
}

const Rules* AlpinePackage::rules(std::string_view path) const {
  return path == kDataName ? &data_rules_ : &context_.rules();
}

void AlpinePackage::changed(std::string_view path, ByteView before, const Content& after) {
  forget_below(path);
  size_changes_.emplace(
      path, static_cast<std::int64_t>(after.size()) - static_cast<std::int64_t>(before.size()));
}

void AlpinePackage::left(std::string_view path) { forget_below(path); }

void AlpinePackage::forget_below(std::string_view path) {
  const std::string prefix = std::string(path) + "!";
  const auto first = size_changes_.lower_bound(prefix);
  auto last = first;
  while (last != size_changes_.end() && last->first.starts_with(prefix)) ++last;
  size_changes_.erase(first, last);
}

std::int64_t AlpinePackage::size_change() const {
  std::int64_t sum = 0;
  for (const auto& [path, change] : size_changes_)
    if (path.starts_with(kDataName)) sum += change;
  return sum;
}

std::unique_ptr<Package> open_alpine_data(const tar::Archive& archive, Context& context) {
  const auto has_checksum = [](const tar::Entry& entry) {
    return entry.type != 'g' && tar::find_record(entry.records, kChecksum.name).has_value();
  };
  if (archive.entries.empty() || archive.entries.front().name.starts_with('.')) return nullptr;
  if (std::ranges::none_of(archive.entries, has_checksum)) return nullptr;
  return std::make_unique<AlpineData>(context);
}

std::unique_ptr<Package> open_alpine_control(const tar::Archive& archive, Context& context) {
  const auto is_control = [](const tar::Entry& entry) {
    return entry.name.starts_with('.') && !entry.name.starts_with(".SIGN.") &&
           entry.name.find('/') == std::string::npos;
  };
  if (!std::ranges::all_of(archive.entries, is_control)) return nullptr;
  if (std::ranges::none_of(archive.entries, has_datahash)) return nullptr;
  return std::make_unique<AlpineControl>(context);
}

}  // namespace normalize::package
