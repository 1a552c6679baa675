#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "driver/manifest/manifest.h"
#include "driver/pack/commands.h"
#include "driver/pack/history.h"
#include "driver/pack/pack_options.h"
#include "driver/pack/tree_packer.h"
#include "driver/path_list.h"
#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/run_rules.h"
#include "driver/standard_streams.h"
#include "driver/tree/paths.h"
#include "driver/usage_error.h"
#include "normalizers/tar/order.h"
#include "rules/rule_set.h"

namespace normalize {
namespace {

const std::string kManifestName(tar::kSpecification);

struct Options : PackOptions {
  PathList list;
  std::string history;  // a folder; empty where there is none
  bool manifest = false;
};

void add_options(OptionParser& parser, Options& options) {
  add_pack_options(parser, options);
  parser.add("--history", "DIR",
             "With --rsync=openbsd: keeps there when files changed, and packs those first that did "
             "last",
             [&](const std::string& text) { options.history = text; });
  parser.add_flag("--manifest",
                  "Puts a specification, mtree(5), with digests and the times on disk in front, as "
                  "+MTREE",
                  options.manifest);
  parser.add("--files-from", "FILE",
             "Packs the paths in FILE, one a line, instead of a tree; - is standard input",
             [&](const std::string& text) { options.list.file = text; });
  parser.add_flag("-0,--null", "Paths in --files-from end with NUL instead of newline",
                  options.list.nul_separated);
}

void check_options(const Options& options, const std::vector<std::string>& paths) {
  const std::size_t trees = options.list.file.empty() ? 1 : 0;
  check_tree_options(options.tree, paths, trees, trees, "one tree, or --files-from");
  if (options.list.nul_separated && trees == 1) throw UsageError("-0: needs --files-from");
  if (!options.history.empty() && options.mode != RsyncMode::openbsd)
    throw UsageError("--history: is for --rsync=openbsd");
}

/// One run, from the tree to the package.
class Run {
 public:
  Run(const Options& options, const NormalTree& tree, const Rules& rules, const Packer& packer)
      : options_(options), tree_(tree), rules_(rules), packer_(packer) {}

  void run() {
    for (const Tree::Failure& failure : tree_.failures())
      throw std::runtime_error(failure.path + ": " + failure.error);
    std::optional<History> history;
    if (!options_.history.empty()) history.emplace(options_.history, options_.output);
    if (options_.manifest || history) describe(history);
    const std::vector<std::size_t> order = order_by(history);
    write(order);
    if (history) history->save();
  }

  int tell() && {
    return tell_package(options_, "pack", counts_, package_bytes_, std::move(reports_));
  }

 private:
  unsigned jobs() const { return options_.tree.task.jobs; }

  /// What has to be known of all files before the first is packed.
  void describe(std::optional<History>& history) {
    std::vector<std::string> digests(tree_.size());
    Manifest manifest = make_manifest(tree_, default_keywords(), Flavour::netbsd, jobs(),
                                      [&](std::size_t index, const Described& described) {
                                        if (!described.digests.empty())
                                          digests[index] = described.digests.front();
                                      });
    for (const FileReport& report : manifest.reports)
      if (report.outcome == FileReport::Outcome::failed)
        throw std::runtime_error(report.path + ": " +
                                 (report.error.empty() ? "could not be normalized" : report.error));
    if (options_.manifest) manifest_ = std::move(manifest.text);
    if (!history) return;
    std::map<std::string, std::string> by_path;
    for (std::size_t i = 0; i < digests.size(); ++i)
      if (!digests[i].empty()) by_path[tree_.path(i)] = std::move(digests[i]);
    history->take(by_path);
  }

  /// By name; with a history folders, then files, the last changed first, then what may lead to
  /// them.
  std::vector<std::size_t> order_by(const std::optional<History>& history) const {
    std::vector<std::size_t> order(tree_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!history) return order;
    const auto key = [&](std::size_t index) {
      const bool is_file = tree_.is_file(index) && !tree_.link_to(index);
      const int group = tree_.is_folder(index) ? 0 : is_file ? 1 : 2;
      const std::uint64_t age = is_file ? ~history->changed_in(tree_.path(index)) : 0;
      return std::pair(group, age);
    };
    std::ranges::stable_sort(order, {}, key);
    return order;
  }

  void write(const std::vector<std::size_t>& order) {
    tree_.begin_step("packing");
    const std::unique_ptr<Reference> reference = reference_for(options_);
    OutputFile out(options_.output);
    WorkerPool pool(jobs());
    PackageWriter package(out, packer_, reference.get(), pool, jobs());
    TreePacker packer(tree_, rules_, package, pool, jobs());
    if (options_.manifest) packer.add_file(kManifestName, manifest_);
    packer.add_all(order);
    packer.finish();
    package.finish();
    out.commit();
    counts_ = package.counts();
    package_bytes_ = out.size();
    reports_ = std::move(packer).reports();
  }

  const Options& options_;
  const NormalTree& tree_;
  const Rules& rules_;
  const Packer& packer_;
  std::string manifest_;
  PackageWriter::Counts counts_;
  std::uint64_t package_bytes_ = 0;
  std::vector<FileReport> reports_;
};

/// What is to be written is no part of what is read.
void check_names(const NormalTree& tree, const Options& options) {
  struct stat status {};
  const bool is_there = stat_path(options.output, status);
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (is_there && tree.is_name_of(i, identity_of(status)))
      throw UsageError(tree.full_path(i) + ": is the package itself (--exclude passes over it)");
    if (options.manifest && tree.path(i) == kManifestName)
      throw UsageError(tree.full_path(i) + ": stands where --manifest puts its own");
  }
}

}  // namespace

int run_pack(const std::vector<std::string>& words) {
  Options options;
  OptionParser parser(
      "Packs a tree, as apply would leave it, so that rsync sends little when little changed.",
      "normalize pack [OPTION]... TREE -o PACKAGE");
  add_options(parser, options);
  OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  check_options(options, parsed.paths);
  const std::unique_ptr<Packer> packer = packer_for(options);

  Task& task = options.tree.task;
  const bool has_list = !options.list.file.empty();
  task.paths = has_list ? read_path_list(options.list) : std::move(parsed.paths);
  const RunRules settled =
      settle_rules(parser, options.tree.rules, options.tree.epoch, task.paths, options.tree.report);
  const auto services = services_for(settled.rules, task.jobs, options.tree.plugins);
  Access access = pack_access(options);
  if (!options.history.empty()) access.write.push_back(options.history);
  confine_run(access);
  std::optional<Progress> progress;
  task.progress = begin_progress(progress, options.tree.report.quiet);
  const NormalTree tree(task, settled.rules, services.get(),
                        has_list ? Naming::as_given : Naming::below_root);
  check_names(tree, options);
  const Rules& rules =
      has_list ? settled.rules : rules_at(settled.rules, join_path(task.paths.front(), ""));
  Run run(options, tree, rules, *packer);
  run.run();
  progress.reset();
  return std::move(run).tell();
}

}  // namespace normalize
