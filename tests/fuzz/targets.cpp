#include "tests/fuzz/targets.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "driver/diff/compare_paths.h"
#include "driver/diff/explain.h"
#include "driver/manifest/specification.h"
#include "driver/pack/reference.h"
#include "driver/rule_files.h"
#include "driver/standard_streams.h"
#include "normalizers/bytes/checksum.h"
#include "normalizers/error.h"
#include "normalizers/normalize.h"
#include "rules/builtin.h"
#include "rules/rule_file.h"
#include "tests/fuzz/one_input.h"
#include "tests/fuzz/peer.h"
#include "tests/fuzz/rule_file.h"

namespace normalize::fuzz {
namespace {

constexpr std::string_view kPeer = "peer_";

constexpr std::array<std::string_view, 10> kTargets{
    "diff",    "pipeline",  "reference", "rule_file", "specification",
    "peer_ar", "peer_cpio", "peer_gzip", "peer_tar",  "peer_zip"};

std::shared_ptr<const RuleBook> builtin_rules() {
  std::vector<std::shared_ptr<const Rule>> all;
  for (const BuiltinRuleFile& file : builtin_rule_files())
    for (const auto& rule :
         parse_rule_file(file.text, std::string(file.name), switchable_formats()).rules)
      all.push_back(rule);
  return std::make_shared<const RuleBook>(RuleBook{RuleSet(std::move(all)), {}, {}});
}

/// Names that formats and rules look at; the input's size picks one.
constexpr std::array<std::string_view, 12> kNames{"file",
                                                  "a.html",
                                                  "a.1",
                                                  ".cargo_vcs_info.json",
                                                  "a_1.dsc",
                                                  "a.properties",
                                                  "git.properties",
                                                  "plugin.xml",
                                                  "META-INF/MANIFEST.MF",
                                                  "__pycache__/a.cpython-311.pyc",
                                                  "searchindex.js",
                                                  "a.pc"};

std::string broken_pipeline(ByteView input) {
  static const std::shared_ptr<const RuleBook> rules = builtin_rules();
  Rules safe, strict;
  safe.rule_book = strict.rule_book = rules;
  strict.epoch = 1'704'164'645;
  strict.profile = Profile::strict;
  const std::string_view name = kNames[input.size() % kNames.size()];
  for (const Rules& each : {safe, strict}) {
    const auto run = [&](ByteView bytes) {
      WholeSource source(bytes);
      return normalize_source(name, source, each);
    };
    if (std::string broken = broken_law(run, input); !broken.empty()) return broken;
  }
  return {};
}

std::string broken_specification(ByteView input) {
  try {
    for (const SpecifiedName& name : read_specification(as_text(input)).names)
      if (name.path.starts_with('/') || name.path.starts_with("../"))
        return "a name leads out of the tree: " + name.path;
  } catch (const FormatError&) {
    return {};
  }
  return {};
}

/// A file without a name that has another: Reference opens by path.
std::string broken_reference(ByteView input) {
  static const std::string path = "/dev/shm/normalize-fuzz-" + std::to_string(::getpid());
  write_whole_file(path, as_text(input));
  try {
    Reference reference(path);
  } catch (const std::runtime_error&) {  // none, or damaged
  }
  ::unlink(path.c_str());
  return {};
}

/// An input beside itself with one bit flipped. What was not read on either side, or is nothing but
/// packed, may be noise to diff though it is no other file's normal form.
std::string broken_diff(ByteView input) {
  if (input.empty()) return {};
  Bytes other(input.begin(), input.end());
  other[crc32(input) % other.size()] ^= std::byte{1};
  Rules rules = diff::default_rules();
  rules.limits.expansion_floor = std::uint64_t{64} << 20;
  diff::IdleWorkers nobody;
  diff::Node node;
  node.name = kNames[input.size() % kNames.size()];
  diff::Explainer(rules, nullptr, 2 * input.size(), nobody)
      .compare(Content::view(input), Content::view(other), node);
  const auto normal = [&](ByteView bytes) {
    WholeSource source(bytes);
    const Result result = normalize_source(node.name, source, rules);
    return result.outcome == Result::Outcome::changed ? result.content.to_bytes()
                                                      : Bytes(bytes.begin(), bytes.end());
  };
  const bool same = normal(input) == normal(other);
  if (same && node.verdict != diff::Verdict::noise) return "what ends the same is called different";
  const bool has_reason =
      !node.remarks.empty() || !node.children.empty() || !node.properties.empty();
  if (!same && node.verdict == diff::Verdict::noise && !has_reason)
    return "what ends different is called noise";
  return {};
}

}  // namespace

std::span<const std::string_view> targets() { return kTargets; }

std::string broken_law(std::string_view target, ByteView input) {
  if (target == "diff") return broken_diff(input);
  if (target == "pipeline") return broken_pipeline(input);
  if (target == "specification") return broken_specification(input);
  if (target == "reference") return broken_reference(input);
  if (target == "rule_file") return broken_rule_file_law(input);
  if (target.starts_with(kPeer))
    return difference_from_peer(*normalizer_named(target.substr(kPeer.size())), input);
  return broken_law(*normalizer_named(target), input);
}

}  // namespace normalize::fuzz
