#include "tests/fuzz/targets.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "driver/manifest/specification.h"
#include "driver/pack/reference.h"
#include "driver/rule_files.h"
#include "driver/standard_streams.h"
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

constexpr std::array<std::string_view, 9> kTargets{"pipeline",      "reference", "rule_file",
                                                   "specification", "peer_ar",   "peer_cpio",
                                                   "peer_gzip",     "peer_tar",  "peer_zip"};

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

}  // namespace

std::span<const std::string_view> targets() { return kTargets; }

std::string broken_law(std::string_view target, ByteView input) {
  if (target == "pipeline") return broken_pipeline(input);
  if (target == "specification") return broken_specification(input);
  if (target == "reference") return broken_reference(input);
  if (target == "rule_file") return broken_rule_file_law(input);
  if (target.starts_with(kPeer))
    return difference_from_peer(*normalizer_named(target.substr(kPeer.size())), input);
  return broken_law(*normalizer_named(target), input);
}

}  // namespace normalize::fuzz
