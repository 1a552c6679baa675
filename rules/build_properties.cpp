#include "rules/build_properties.h"

#include <algorithm>
#include <array>

namespace normalize {
namespace {

constexpr std::array<std::string_view, 2> kBuildTime{"build.time", "git.build.time"};
constexpr std::array<std::string_view, 3> kTime{"git.commit.author.time",
                                                "git.commit.committer.time", "git.commit.time"};
constexpr std::array<std::string_view, 5> kBuilder{"git.build.host", "git.build.number",
                                                   "git.build.number.unique",
                                                   "git.build.user.email", "git.build.user.name"};
// After issue 825 of git-commit-id-maven-plugin: what differs between two clones at one commit.
constexpr std::array<std::string_view, 13> kClone{"git.branch",
                                                  "git.closest.tag.commit.count",
                                                  "git.closest.tag.name",
                                                  "git.commit.id.abbrev",
                                                  "git.commit.id.describe",
                                                  "git.commit.id.describe-short",
                                                  "git.dirty",
                                                  "git.local.branch.ahead",
                                                  "git.local.branch.behind",
                                                  "git.remote.origin.url",
                                                  "git.tag",
                                                  "git.tags",
                                                  "git.total.commit.count"};
constexpr std::array<std::string_view, 6> kCommit{
    "git.commit.id",           "git.commit.id.full",
    "git.commit.message.full", "git.commit.message.short",
    "git.commit.user.email",   "git.commit.user.name"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

}  // namespace

BuildProperty build_property(std::string_view key) {
  if (holds(kBuildTime, key)) return BuildProperty::build_time;
  if (holds(kTime, key)) return BuildProperty::time;
  if (holds(kBuilder, key)) return BuildProperty::builder;
  if (holds(kClone, key)) return BuildProperty::clone;
  if (holds(kCommit, key)) return BuildProperty::commit;
  return BuildProperty::other;
}

}  // namespace normalize
