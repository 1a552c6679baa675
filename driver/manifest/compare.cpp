#include "driver/manifest/compare.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "normalizers/package/mtree_words.h"

namespace normalize {
namespace {

std::optional<std::uint64_t> number(std::string_view text, int base = 10) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Seconds and, behind the point, a number of nanoseconds: ".5" and ".000000005" are five of them.
bool same_time(std::string_view a, std::string_view b) {
  const auto split = [](std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view rest = text.substr(std::min(point + 1, text.size()));
    return std::pair(text.substr(0, point), rest.empty() ? std::uint64_t{0} : number(rest));
  };
  return split(a) == split(b);
}

bool same_text_of_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// "linux,8,1" is "native,8,1" here.
bool same_device(std::string_view a, std::string_view b) {
  const auto numbers = [](std::string_view text) { return text.substr(text.find(',') + 1); };
  return numbers(a) == numbers(b);
}

bool same_value(Keyword keyword, std::string_view expected, std::string_view found) {
  switch (keyword) {
    case Keyword::mode:
      return number(expected, 8) && number(expected, 8) == number(found, 8);
    case Keyword::time:
      return same_time(expected, found);
    case Keyword::device:
      return same_device(expected, found);
    default:
      return algorithm_of(keyword).empty() ? expected == found
                                           : same_text_of_any_case(expected, found);
  }
}

/// What a specification says that holds for names of this type: "/set" tells it to all.
bool applies(Keyword keyword, const Described& described) {
  const bool is_file = described.name.type == NormalName::Type::file;
  const bool is_link = described.name.type == NormalName::Type::link;
  if (keyword == Keyword::mode)
    return !is_link;  // it means nothing, and is not the same everywhere
  if (keyword == Keyword::size || keyword == Keyword::nlink || !algorithm_of(keyword).empty())
    return is_file;
  return true;
}

std::vector<std::string> algorithms_of(const Specification& specification) {
  std::set<Keyword> keywords;
  for (const SpecifiedName& name : specification.names)
    for (const auto& [keyword, value] : name.words) keywords.insert(keyword);
  return algorithms_of(std::vector<Keyword>(keywords.begin(), keywords.end()));
}

class Comparer {
 public:
  Comparer(const Specification& specification, const NormalTree& tree)
      : names_(specification.names),
        tree_(tree),
        algorithms_(algorithms_of(specification)),
        found_(tree.size()) {}

  Comparison run(unsigned jobs) {
    Comparison comparison;
    comparison.reports =
        describe(tree_, algorithms_, jobs, [&](std::size_t index, const Described& described) {
          found_[index] = compare(std::string(without_slash(tree_.path(index))), described);
        });
    for (auto& each : found_) std::ranges::move(each, std::back_inserter(comparison.differences));
    add_missing(comparison.differences);
    std::ranges::stable_sort(comparison.differences, {}, &Difference::path);
    return comparison;
  }

 private:
  const SpecifiedName* find(std::string_view path) const {
    const auto found = std::ranges::lower_bound(names_, path, {}, &SpecifiedName::path);
    return found != names_.end() && found->path == path ? &*found : nullptr;
  }

  bool is_ignored(std::string_view path) const {
    for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos;
         slash = slash == 0 ? std::string_view::npos : path.rfind('/', slash - 1))
      if (const SpecifiedName* above = find(path.substr(0, slash)); above && above->ignored)
        return true;
    const SpecifiedName* root = path.empty() ? nullptr : find("");
    return root && root->ignored;
  }

  std::vector<Difference> compare(const std::string& path, const Described& described) const {
    if (is_ignored(path)) return {};
    const SpecifiedName* const name = find(path);
    if (!name) {
      // A specification may begin below the root.
      if (path.empty()) return {};
      return {{path, "", "", *value_of(Keyword::type, described, {})}};
    }
    std::vector<Difference> differences;
    if (name->unchecked) return differences;
    for (const auto& [keyword, encoded] : name->words) {
      if (!applies(keyword, described)) continue;
      const std::string expected = package::unvis(encoded);
      const std::string found = value_of(keyword, described, algorithms_).value_or("");
      if (!same_value(keyword, expected, found))
        differences.push_back({path, spelling(keyword), expected, found});
    }
    return differences;
  }

  void add_missing(std::vector<Difference>& differences) const {
    std::set<std::string> there;
    for (std::size_t i = 0; i < tree_.size(); ++i) there.emplace(without_slash(tree_.path(i)));
    for (const SpecifiedName& name : names_) {
      if (name.optional || there.contains(name.path) || is_ignored(name.path)) continue;
      const auto type = name.words.find(Keyword::type);
      differences.push_back(
          {name.path, "", type == name.words.end() ? "name" : package::unvis(type->second), ""});
    }
  }

  const std::vector<SpecifiedName>& names_;
  const NormalTree& tree_;
  const std::vector<std::string> algorithms_;
  std::vector<std::vector<Difference>> found_;
};

}  // namespace

Comparison compare(const Specification& specification, const NormalTree& tree, unsigned jobs) {
  return Comparer(specification, tree).run(jobs);
}

}  // namespace normalize
