#include "driver/diff/properties.h"

#include <algorithm>

namespace normalize::diff {
namespace {

std::string value_of(const std::vector<inside::Property>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &inside::Property::first);
  return found == all.end() ? "" : found->second;
}

bool has(const std::vector<inside::Property>& all, const std::string& name) {
  return std::ranges::find(all, name, &inside::Property::first) != all.end();
}

}  // namespace

std::vector<PropertyDifference> compare_properties(const std::vector<inside::Property>& a,
                                                   const std::vector<inside::Property>& b) {
  std::vector<PropertyDifference> differences;
  if (a == b) return differences;
  for (const auto& [name, value] : a)
    if (const std::string other = value_of(b, name); other != value || !has(b, name))
      differences.push_back({name, value, other});
  for (const auto& [name, value] : b)
    if (!has(a, name)) differences.push_back({name, "", value});
  return differences;
}

}  // namespace normalize::diff
