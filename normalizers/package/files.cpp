#include "normalizers/package/files.h"

namespace normalize::package {

Files::Files(const tar::Archive& archive) {
  for (const tar::Entry& entry : archive.entries) {
    if (entry.type == 'g') continue;
    Member member{entry.type, false, std::string(entry.linkname), std::nullopt};
    if (entry.is_plain_file()) member.file = {Content::view(entry.data), Content::view(entry.data)};
    const auto [place, is_new] = members_.emplace(entry.name, std::move(member));
    if (!is_new) place->second.twice = true;
  }
}

std::optional<Content> Files::settled(const tar::Entry& entry, std::optional<Content> after) {
  if (!after) return after;
  find(entry.name);  // no list can be true of a name that is there twice
  members_.find(entry.name)->second.file.value().after = *after;
  return after;
}

const Files::Member* Files::find(std::string_view name) const {
  const auto found = members_.find(name);
  if (found == members_.end()) return nullptr;
  if (found->second.twice)
    throw FormatError(0, "\"" + std::string(name) + "\" is in the package twice");
  return &found->second;
}

const Files::File& Files::at(std::string_view name) const {
  const Member* member = find(name);
  if (member && member->type == '1') member = find(member->linkname);
  if (!member || !member->file)
    throw FormatError(0, "\"" + std::string(name) + "\" is listed and no file of the package");
  return *member->file;
}

bool Files::is_symbolic_link(std::string_view name) const {
  const Member* member = find(name);
  return member && member->type == '2';
}

std::int64_t Files::growth() const {
  std::int64_t growth = 0;
  for (const auto& [name, member] : members_)
    if (member.file)
      growth += static_cast<std::int64_t>(member.file->after.size()) -
                static_cast<std::int64_t>(member.file->before.size());
  return growth;
}

}  // namespace normalize::package
