// tar: each member's time, owner and umask bits; device numbers, and records of pax that tell of
// the disk. Of packages, whose members tell of the others, and where the parts of a packed file
// begin at members, values have to be enough.

#include "normalizers/package/package.h"
#include "normalizers/perturb/shake.h"
#include "normalizers/tar/header_rewriter.h"
#include "rules/mode.h"
#include "rules/owners.h"

namespace normalize::perturb {
namespace {

using tar::Entry;

bool may_be_shaken(const tar::Archive& archive, Context& context) {
  return archive.objection.empty() && !context.tracks_places() &&
         !package::open_package(archive, context) && package::package_objection(archive).empty() &&
         !package::has_fixed_headers(archive);
}

void shake_owner(Bytes& block, const Rules& rules) {
  for (const tar::Slot slot : {tar::kUid, tar::kGid})
    if (const auto id = tar::number_of(block, slot))
      tar::put_number(block, slot, normal_owner(*id, rules));
  if (rules.owners != Owners::root || tar::dialect_of(block) == tar::Dialect::v7) return;
  const auto number = static_cast<unsigned>(rules.noise->seed() % 100);
  tar::put_text(block, tar::kUname, "user" + std::to_string(number));
  tar::put_text(block, tar::kGname, "group" + std::to_string(number));
}

void shake_mode(Bytes& block, const Entry& entry, const Rules& rules) {
  const auto mode = tar::number_of(block, tar::kMode);
  if (!mode || *mode < 0) return;
  const std::int64_t other = *mode | rules.noise->umask_bits(static_cast<std::uint32_t>(*mode));
  if (tar::normal_mode(entry, other, rules.profile) ==
      tar::normal_mode(entry, *mode, rules.profile))
    tar::put_number(block, tar::kMode, other);
}

/// A .pyc file's header tells the time of the source beside it.
bool is_told_by_others(const Entry& entry) {
  return entry.name.ends_with(".py") || tar::find_record(entry.records, "mtime");
}

Bytes shaken_header(const Entry& entry, const Rules& rules) {
  Bytes block(entry.header.begin(), entry.header.end());
  if (entry.type == 'g') return block;
  if (!is_told_by_others(entry))
    tar::put_number(block, tar::kMtime, rules.normal_time(entry.mtime, tar::kMtimeRange));
  if (!tar::owner_matters(entry)) shake_owner(block, rules);
  shake_mode(block, entry, rules);
  tar::put_checksum(block);
  return block;
}

/// An extended header of pax that says nothing but noise, for the member of `header`.
Bytes noise_records(const Entry& entry, ByteView header, NoiseSource& numbers) {
  std::string records;
  const auto add = [&](std::string_view key) {
    tar::append_record(records, key, std::to_string(numbers.below(2'000'000'000)));
  };
  for (const std::string_view key : {"atime", "ctime", "SCHILY.dev", "SCHILY.ino"}) add(key);
  Bytes block(header.begin(), header.end());
  tar::put_text(block, tar::kPrefix, "");
  tar::put_text(block, tar::kName, "PaxHeaders/" + std::string(entry.name.substr(0, 80)));
  tar::put_text(block, tar::kTypeflag, "x");
  tar::put_text(block, tar::kLinkname, "");
  tar::put_number(block, tar::kSize, static_cast<std::int64_t>(records.size()));
  tar::put_checksum(block);
  records.resize((records.size() + tar::kBlockBytes - 1) / tar::kBlockBytes * tar::kBlockBytes);
  const ByteView data = as_bytes(records);
  block.insert(block.end(), data.begin(), data.end());
  return block;
}

bool may_have_records(const Entry& entry) {
  return entry.type != 'g' && entry.extensions.empty() &&
         tar::dialect_of(entry.header) == tar::Dialect::ustar;
}

}  // namespace

Content shake_tar(ByteView file, Shaker& shaker) {
  const tar::Archive archive = tar::read_archive(file, shaker.rules().limits);
  if (!may_be_shaken(archive, shaker.context)) return Content::view(file);
  Content shaken;
  std::size_t done = 0;
  const auto carry_to = [&](std::size_t end) {
    shaken.append(Content::view(file.subspan(done, end - done)));
    done = end;
  };
  for (const Entry& entry : archive.entries) {
    Bytes header = shaken_header(entry, shaker.drawn());
    carry_to(static_cast<std::size_t>(entry.header.data() - file.data()));
    if (may_have_records(entry) && shaker.numbers.once_in(2))
      shaken.append(Content::own(noise_records(entry, header, shaker.numbers)));
    done += header.size();
    shaken.append(Content::own(std::move(header)));
  }
  carry_to(file.size());
  return shaken;
}

}  // namespace normalize::perturb
