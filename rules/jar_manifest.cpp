#include "rules/jar_manifest.h"

#include <algorithm>
#include <array>

namespace normalize {
namespace {

/// When, where, by whom. Written without being asked for by bnd, Maven's and Ant's archivers, and
/// the Gradle plugins of Nebula and JetBrains; no specification gives them a meaning.
constexpr std::array<std::string_view, 29> kSafe = {
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
    "ion-java-build-time",
    "jcabi-date",
    "sunset-builton",
    "today",
    "todays-date",
    "tstamp",
};

/// With what, in which job, and from which clone.
constexpr std::array<std::string_view, 61> kStrict = {
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
    "build-status",
    "build-tag",
    "build-tool",
    "build-url",
    "built-gradle",
    "built-jdk",
    "built-os",
    "built-status",
    "created-by",
    "eclipse-sourcereferences",
    "git-branch",
    "git-commit-id-describe",
    "git-describe",
    "git-descriptor",
    "git-remote-origin-url",
    "git-sha",
    "git-tags",
    "gradle-version",
    "hash",
    "hudson-build-number",
    "hudson-project",
    "hudson-version",
    "implementation-build",
    "implementation-build-java-vendor",
    "implementation-build-java-version",
    "java-vendor",
    "java-version",
    "jenkins-build-number",
    "jenkins-project",
    "jenkins-version",
    "maven-version",
    "module-origin",
    "openide-module-build-version",
    "originally-created-by",
    "os-arch",
    "os-name",
    "os-version",
    "scm-git-branch",
    "scm-git-commit-abbrev",
    "scm-git-commit-description",
    "scm-git-commit-dirty",
    "scm-git-commit-id",
    "scm-git-commit-timestamp",
    "scm-revision",
    "source-date-epoch",
    "tool",
    "url",
    "x-compile-release-jdk",
    "x-compile-source-jdk",
    "x-compile-target-jdk",
};

/// A set of packages, or what bnd was told to put into the jar.
constexpr std::array<std::string_view, 8> kUnordered = {
    "conditional-package", "export-package", "export-service",   "ignore-package",
    "import-package",      "import-service", "include-resource", "private-package",
};

/// Of several capabilities that would do, the resolver may take the first.
constexpr std::array<std::string_view, 2> kHardlyOrdered = {"provide-capability",
                                                            "require-capability"};

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

bool sorts_clauses(std::string_view name, Profile profile) {
  return holds(kUnordered, name) || (profile == Profile::strict && holds(kHardlyOrdered, name));
}

}  // namespace normalize
