#include "driver/pack/history.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "driver/pack/output_file.h"
#include "driver/standard_streams.h"
#include "driver/tree/paths.h"
#include "driver/tree/tree.h"
#include "normalizers/package/mtree_words.h"

namespace normalize {
namespace {

/// "name" of "folder/name-1.2.tgz".
std::string stem_of(const std::string& package) {
  const std::string name = package.substr(package.rfind('/') + 1);
  for (std::size_t dash = name.find('-'); dash != std::string::npos;
       dash = name.find('-', dash + 1))
    if (dash + 1 < name.size() && name[dash + 1] >= '0' && name[dash + 1] <= '9')
      return name.substr(0, dash);
  return name.substr(0, name.find('.', 1));
}

}  // namespace

History::History(const std::string& folder, const std::string& package)
    : path_(join_path(folder, stem_of(package) + ".history")) {
  struct stat status {};
  if (!stat_path(path_, status) && errno == ENOENT) return;
  read(std::string(as_text(read_whole_file(path_))));
}

void History::read(const std::string& text) {
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view count = package::take_word(line), digest = package::take_word(line);
    const std::string_view name = package::take_word(line);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), number);
    if (error != std::errc() || end != count.data() + count.size() || name.empty())
      throw std::runtime_error(path_ + ": has a line that is not \"COUNT SHA256 NAME\"");
    files_[package::unvis(name)] = {number, std::string(digest)};
    last_ = std::max(last_, number);
  }
}

void History::take(const std::map<std::string, std::string>& digests) {
  std::map<std::string, File> now;
  for (const auto& [path, digest] : digests) {
    const auto known = files_.find(path);
    const bool same = known != files_.end() && known->second.digest == digest;
    now[path] = {same ? known->second.changed_in : last_ + 1, digest};
  }
  files_ = std::move(now);
}

std::uint64_t History::changed_in(const std::string& path) const {
  const auto known = files_.find(path);
  return known == files_.end() ? 0 : known->second.changed_in;
}

void History::save() const {
  std::string text;
  for (const auto& [path, file] : files_)
    text += std::to_string(file.changed_in) + " " + file.digest + " " + package::vis(path) + "\n";
  OutputFile out(path_);
  out.write(as_bytes(text));
  out.commit();
}

}  // namespace normalize
