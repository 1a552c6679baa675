#include <algorithm>

#include "driver/manifest/specification.h"
#include "normalizers/package/mtree_words.h"

namespace normalize {
namespace {

/// "a/b/" of "a/b/c" and of "a/b/c/"; the root is "".
std::string_view folder_of(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(0, path.rfind('/') + 1);
}

}  // namespace

std::string specification_words(const Described& described, const std::vector<Keyword>& keywords,
                                const std::vector<std::string>& algorithms, Flavour flavour) {
  std::string text;
  for (const Keyword keyword : keywords) {
    const auto value = value_of(keyword, described, algorithms);
    if (!value) continue;
    const bool long_spelling = flavour == Flavour::libarchive && !algorithm_of(keyword).empty();
    text.append(" ").append(spelling(keyword)).append(long_spelling ? "digest=" : "=");
    text += package::vis(*value);
  }
  return text;
}

void SpecificationWriter::add(const std::string& path, const std::string& words) {
  if (path.empty()) {
    text_ += "." + words + "\n";
  } else if (flavour_ == Flavour::freebsd) {
    go_to(folder_of(path));
    const std::string_view name = without_slash(path).substr(folder_of(path).size());
    text_.append(4 * open_.size(), ' ').append(package::vis(name)).append(words) += '\n';
    if (path.ends_with('/')) open_.push_back(path);
  } else {
    text_ += "./" + package::vis(without_slash(path)) + words + "\n";
  }
}

/// All names of a folder come in one run, what is below its folders included.
void SpecificationWriter::go_to(std::string_view folder) {
  while (!open_.empty() && open_.back() != folder) leave();
}

void SpecificationWriter::leave() {
  open_.pop_back();
  text_.append(4 * open_.size(), ' ').append("..\n");
}

std::string SpecificationWriter::finish() && {
  while (!open_.empty()) leave();
  return std::move(text_);
}

}  // namespace normalize
