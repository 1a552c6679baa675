#include <unistd.h>

#include <optional>

#include "driver/pack/output_file.h"
#include "driver/report/exit_status.h"
#include "driver/standard_streams.h"
#include "driver/store/commands.h"
#include "driver/store/restore.h"
#include "driver/store/selection.h"
#include "driver/store/store_options.h"
#include "driver/usage_error.h"

namespace normalize::store {
namespace {

struct RestoreOptions : StoreOptions {
  bool normalized = false, link = false;
  std::string cache;   // empty: in the store
  std::string output;  // of a tar archive; empty for a tree

  Form form() const { return normalized ? Form::normal : Form::original; }
};

void add_options(OptionParser& parser, RestoreOptions& options) {
  parser.add_flag("--normalized", "As apply would have left it, instead of as it was",
                  options.normalized);
  parser.add_flag("--link",
                  "Makes hard links of files that stay unpacked, and are read-only: a second "
                  "restore unpacks what is new to it",
                  options.link);
  parser.add("--cache", "DIR", "Where such files are (default: DIR/unpacked of the store)",
             [&](const std::string& text) { options.cache = text; });
  parser.add("-o,--output", "FILE", "Writes a tar archive instead of a tree; - is standard output",
             [&](const std::string& text) { options.output = text; });
  add_jobs_option(parser, options);
  add_store_option(parser, options);
}

void check_options(const RestoreOptions& options, const std::vector<std::string>& words) {
  check_count(words, options.output.empty() ? 2 : 1, words.size(),
              "a build and where to put it, or a build and -o");
  if (!options.cache.empty() && !options.link) throw UsageError("--cache: is for --link");
  if (options.link && !options.output.empty())
    throw UsageError("--link: is for a tree, not for -o");
}

void write_archive(const RestoreOptions& options, Store& store, const Build& build) {
  if (options.output == "-") {
    restore_tar(build, store.objects(), options.form(),
                [](ByteView bytes) { write_standard_output(as_text(bytes)); });
    return;
  }
  OutputFile out(options.output);
  restore_tar(build, store.objects(), options.form(), [&](ByteView bytes) { out.write(bytes); });
  out.commit();
}

void mention(std::size_t count, const std::string& what) {
  if (count == 0) return;
  write_standard_error("normalize: warning: " + std::to_string(count) +
                       (count == 1 ? " name" : " names") + " restored without " + what +
                       ", which this user may not set\n");
}

void write_tree(const RestoreOptions& options, Store& store, const Build& build,
                const std::string& destination) {
  std::optional<UnpackedFiles> unpacked;
  if (options.link)
    unpacked.emplace(options.cache.empty() ? store.path() + "/unpacked" : options.cache);
  std::optional<Progress> progress(STDERR_FILENO);
  std::uint64_t bytes = 0;
  for (const BuildName& name : build) bytes += bytes_in(name, options.form()).size;
  progress->begin("restoring", build.size(), bytes);
  RestoredTree tree(destination, options.form());
  if (options.link) tree.protect_files();
  const RestoreJob job{options.form(), options.jobs, unpacked ? &*unpacked : nullptr, &*progress};
  restore(build, store.objects(), store.catalogue(), job, tree);
  tree.commit();
  progress.reset();
  mention(tree.without_owner(), "their owner");
  mention(tree.without_attribute(), "some extended attribute");
}

}  // namespace

int run_restore(const std::vector<std::string>& words) {
  RestoreOptions options;
  OptionParser parser(
      "Makes the tree of a build again, or what stands at some paths of it, in a folder that is "
      "empty or not there.",
      "normalize store restore [OPTION]... BUILD DEST [PATH]...");
  add_options(parser, options);
  const OptionParser::Parsed parsed = parser.parse(words);
  if (gave_help(parsed)) return ExitStatus::kNormal;
  check_options(options, parsed.paths);
  Store store(store_path(options), Store::Access::read);
  const BuildInfo info = store.build(parsed.paths.front());
  const std::ptrdiff_t before_paths = options.output.empty() ? 2 : 1;
  const Build build =
      select(store.read(info), {parsed.paths.begin() + before_paths, parsed.paths.end()});
  if (options.output.empty())
    write_tree(options, store, build, parsed.paths[1]);
  else
    write_archive(options, store, build);
  return ExitStatus::kNormal;
}

}  // namespace normalize::store
