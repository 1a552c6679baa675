#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <optional>

#include "driver/manifest/manifest.h"
#include "driver/options/tree_options.h"
#include "driver/report/exit_status.h"
#include "driver/run_rules.h"
#include "driver/standard_streams.h"
#include "driver/store/commands.h"
#include "driver/store/object_writer.h"
#include "driver/store/store_options.h"
#include "driver/usage_error.h"

namespace normalize::store {
namespace {

struct AddOptions {
  StoreOptions store;
  TreeOptions tree;
  std::string name;
};

/// One run, from the tree to the build.
class Addition {
 public:
  Addition(const AddOptions& options, Store& store, const NormalTree& tree, Progress* progress)
      : options_(options), store_(store), tree_(tree), progress_(progress) {}

  /// Answers whether there is a build now.
  bool run() {
    for (const BuildInfo& info : store_.builds()) {
      info_.sequence = info.sequence + 1;
      last_ = info;
    }
    if (progress_) progress_->begin("reading", tree_.size());
    Survey found = survey(tree_, store_.catalogue(), options_.tree.task.jobs, progress_);
    reports_ = std::move(found.reports);
    if (!found.complete) return false;
    info_.files = found.files();
    info_.bytes = found.bytes();
    write(std::move(found));
    info_.name = options_.name;
    info_.added = static_cast<std::int64_t>(std::time(nullptr));
    store_.add_build(info_);
    return true;
  }

  const BuildInfo& info() const { return info_; }
  std::vector<FileReport> reports() && { return std::move(reports_); }

 private:
  void write(Survey found) {
    std::uint64_t bytes = 0;
    for (const NewObject& object : found.objects) bytes += object.bytes.size;
    if (progress_) progress_->begin("storing", found.objects.size(), bytes);
    const Build before = last_ ? store_.read(*last_) : Build();
    const Likeness likeness(before, store_.catalogue());
    const WritingTools tools{tree_, store_.objects(), store_.catalogue(), likeness, progress_};
    BundleWriter out(store_.bundles());
    ObjectWriter(tools, out, options_.tree.task.jobs).write(std::move(found.objects));
    write_list(build_text(found.build), out);
    expect_unchanged(tree_, found.build);
    if (!out.empty()) info_.stored = out.commit().bytes;
  }

  /// The list differs from the last one in few lines.
  void write_list(const std::string& text, BundleWriter& out) {
    const ByteView bytes = as_bytes(text);
    info_.list = Digest::of(bytes);
    if (store_.catalogue().find(info_.list)) return;
    References references;
    const auto base = last_ ? base_in(store_.catalogue(), last_->list) : std::nullopt;
    if (base) {
      const ObjectReader::Held held = store_.objects().checked(base->digest);
      references = {{base->digest}, Bytes(held.bytes.begin(), held.bytes.end()), base->depth};
    }
    std::vector<PlainObject> objects;
    objects.push_back({info_.list, Bytes(bytes.begin(), bytes.end()), {}});
    out.add(encode_frame(std::move(objects), references));
  }

  const AddOptions& options_;
  Store& store_;
  const NormalTree& tree_;
  Progress* const progress_;
  std::optional<BuildInfo> last_;  // the build added before
  BuildInfo info_;
  std::vector<FileReport> reports_;
};

/// A store in the tree would keep itself.
void expect_outside(const NormalTree& tree, const std::string& store) {
  struct stat status {};
  if (::stat((store + "/format").c_str(), &status) != 0) throw_errno(store);
  for (std::size_t i = 0; i < tree.size(); ++i)
    if (tree.is_name_of(i, identity_of(status)))
      throw UsageError(tree.full_path(i) +
                       ": the store stands in the tree (--exclude passes over it)");
}

std::string told(const BuildInfo& info) {
  return info.name + ": " + std::to_string(info.files) +
         (info.files == 1 ? " file, " : " files, ") + std::to_string(info.bytes) +
         " bytes, stored in " + std::to_string(info.stored) + "\n";
}

}  // namespace

int run_add(const std::vector<std::string>& words) {
  AddOptions options;
  OptionParser parser(
      "Keeps a tree as a build: as it is, and as apply would leave it. The tree stays as it is.",
      "normalize store add [OPTION]... TREE --name BUILD");
  parser.add("--name", "BUILD", "What the build is called from now on",
             [&](const std::string& text) { options.name = text; });
  add_store_option(parser, options.store);
  add_tree_options(parser, options.tree);
  OptionParser::Parsed parsed = parser.parse(words);
  if (gave_help(parsed)) return ExitStatus::kNormal;
  check_tree_options(options.tree, parsed.paths, 1, 1, "one tree");
  if (options.name.empty()) throw UsageError("--name: tell what to call the build");
  Store::check_name(options.name);

  Task& task = options.tree.task;
  task.paths = std::move(parsed.paths);
  const RunRules settled =
      settle_rules(parser, options.tree.rules, options.tree.epoch, task.paths, options.tree.report);
  const auto services =
      services_for(settled.rules, task.jobs, options.tree.plugins, Confinement::never);
  Store store(store_path(options.store), Store::Access::write);
  if (store.has_build(options.name))
    throw UsageError(options.name + ": there is a build of that name");
  std::optional<Progress> progress;
  task.progress = begin_progress(progress, options.tree.report.quiet);
  const NormalTree tree(task, settled.rules, services.get(), Naming::below_root);
  expect_outside(tree, store.path());
  Addition addition(options, store, tree, task.progress);
  const bool added = addition.run();
  progress.reset();
  if (added && !options.tree.report.quiet) write_standard_output(told(addition.info()));
  return tell_reports(std::move(addition).reports(), options.tree.report);
}

}  // namespace normalize::store
