#include "rules/jar_manifest.h"

#include <algorithm>
#include <array>

namespace normalize {
namespace {

/// When, where, by whom. Written without being asked for by bnd, Maven's and Ant's archivers, and
/// the Gradle plugins of Nebula and JetBrains; no specification gives them a meaning.
constexpr std::array<std::string_view, 25> kSafe = {
    "bnd-lastmodified",
    "build-date",
    "build-date-utc",
    "build-datetime",
    "build-host",
    "build-hostname",
    "build-machine",
    "build-time",
    "build-time-iso-8601",
    "build-timestamp",
    "build-user",
    "buildtime",
    "buildtimestamp",
    "built-at",
    "built-by",
    "built-date",
    "built-host",
    "built-on",
    "built-time",
    "dstamp",
    "hudson-build-date",
    "implementation-build-date",
    "implementation-timestamp",
    "todays-date",
    "tstamp",
};

/// With what, and in which job.
constexpr std::array<std::string_view, 34> kStrict = {
    "ant-version",
    "archiver-version",
    "bamboo-buildkey",
    "build-id",
    "build-java-version",
    "build-jdk",
    "build-jdk-spec",
    "build-job",
    "build-jvm",
    "build-number",
    "build-os",
    "build-tag",
    "build-tool",
    "build-url",
    "built-gradle",
    "built-jdk",
    "built-os",
    "built-status",
    "created-by",
    "gradle-version",
    "hudson-build-number",
    "hudson-project",
    "hudson-version",
    "implementation-build",
    "jenkins-build-number",
    "jenkins-project",
    "jenkins-version",
    "maven-version",
    "openide-module-build-version",
    "originally-created-by",
    "os-version",
    "tool",
    "x-compile-source-jdk",
    "x-compile-target-jdk",
};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::any_of(
      names, [&](std::string_view one) { return std::ranges::equal(one, name, {}, {}, lower); });
}

}  // namespace

bool drops_jar_attribute(std::string_view name, Profile profile) {
  return holds(kSafe, name) || (profile == Profile::strict && holds(kStrict, name));
}

}  // namespace normalize
