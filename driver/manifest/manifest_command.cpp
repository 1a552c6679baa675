#include <optional>

#include "driver/manifest/commands.h"
#include "driver/manifest/manifest.h"
#include "driver/options/tree_options.h"
#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/run_rules.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"

namespace normalize {

int run_manifest(const std::vector<std::string>& words) {
  TreeOptions options;
  std::vector<Keyword> keywords = default_keywords();
  Flavour flavour = Flavour::netbsd;
  OptionParser parser("Writes a specification, mtree(5), of a tree as apply would leave it.",
                      "normalize manifest [OPTION]... TREE");
  parser.add("-k,--keywords", "LIST",
             "What to tell of each name: of type, mode, uid, gid, uname, gname, nlink, size, time, "
             "link, device, md5, sha1, rmd160, sha256, sha384, sha512, or all",
             [&](const std::string& text) { keywords = parse_keywords(text); });
  parser.add_choice<Flavour>(
      "--flavour", "NAME",
      "netbsd (default): a path in full on each line; libarchive: the same, digests by its names; "
      "freebsd: names in their folders",
      flavour, flavour_words());
  add_tree_options(parser, options);
  OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  check_tree_options(options, parsed.paths, 1, 1, "one tree");

  options.task.paths = std::move(parsed.paths);
  const RunRules settled =
      settle_rules(parser, options.rules, options.epoch, options.task.paths, options.report);
  const auto services = services_for(settled.rules, options.task.jobs, options.plugins);
  confine_run(access_for(options.task, options.plugins));
  std::optional<Progress> progress;
  options.task.progress = begin_progress(progress, options.report.quiet);
  const NormalTree tree(options.task, settled.rules, services.get(), Naming::below_root);
  Manifest manifest = make_manifest(tree, keywords, flavour, options.task.jobs);
  progress.reset();
  if (manifest.complete()) write_standard_output(manifest.text);
  return tell_reports(std::move(manifest.reports), options.report);
}

}  // namespace normalize
