#include <algorithm>
#include <optional>

#include "driver/manifest/commands.h"
#include "driver/manifest/manifest.h"
#include "driver/options/tree_options.h"
#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/report/json.h"
#include "driver/run_rules.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"
#include "normalizers/bytes/digest.h"

namespace normalize {
namespace {

/// As sha256sum(1) writes it, which begins a line with a backslash where the name needs one.
std::string sum_line(const std::string& digest, std::string_view path) {
  std::string name;
  for (const char c : path) {
    constexpr std::string_view kSpecial = "\\\n\r", kLetters = "\\nr";
    const std::size_t special = kSpecial.find(c);
    if (special == std::string_view::npos)
      name += c;
    else
      name.append("\\").append(1, kLetters[special]);
  }
  return (name.size() == path.size() ? "" : "\\") + digest + "  " + name + "\n";
}

std::string json_line(std::string_view type, const std::string& digest, std::string_view path) {
  std::string line;
  JsonWriter json(line);
  json.open_object();
  json.text("type", type);
  json.text("path", path);
  json.text("sha256", digest);
  json.close_object();
  return line + "\n";
}

/// The lines of one given path, the tree's own behind those of its files.
class Hasher {
 public:
  Hasher(const TreeOptions& options, const Rules& rules, Services* services)
      : options_(options), rules_(rules), services_(services) {}

  int hash(const std::string& path) const {
    Task task = options_.task;
    task.paths = {path};
    std::optional<Progress> progress;
    task.progress = begin_progress(progress, options_.report.quiet);
    const NormalTree tree(task, rules_, services_, Naming::below_root);
    std::vector<std::string> digests(tree.size());
    Manifest manifest = make_manifest(tree, hash_keywords(), Flavour::netbsd, task.jobs,
                                      [&](std::size_t index, const Described& described) {
                                        if (!described.digests.empty())
                                          digests[index] = described.digests.front();
                                      });
    progress.reset();
    std::string text;
    for (std::size_t i = 0; i < tree.size(); ++i)
      if (!digests[i].empty()) text += line("file", digests[i], tree.full_path(i));
    const bool is_tree = tree.size() > 0 && tree.path(0).empty();
    if (is_tree && manifest.complete())
      text += line("tree", digest_of(manifest), join_path(path, ""));
    write_standard_output(text);
    return tell_reports(std::move(manifest.reports), options_.report);
  }

 private:
  static std::string digest_of(const Manifest& manifest) {
    RunningDigest digest;
    digest.add(as_bytes(manifest.text));
    return hexadecimal(digest.finish());
  }

  std::string line(std::string_view type, const std::string& digest, std::string_view path) const {
    return options_.report.format == ReportOptions::Format::jsonl ? json_line(type, digest, path)
                                                                  : sum_line(digest, path);
  }

  const TreeOptions& options_;
  const Rules& rules_;
  Services* const services_;
};

}  // namespace

int run_hash(const std::vector<std::string>& words) {
  TreeOptions options;
  OptionParser parser(
      "Tells the SHA-256 of files as apply would leave them, as sha256sum does; behind those of a "
      "tree its own, which is that of `normalize manifest -k type,mode,link,device,sha256`.",
      "normalize hash [OPTION]... PATH...");
  add_tree_options(parser, options);
  OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  check_tree_options(options, parsed.paths, 1, parsed.paths.max_size(), "files or trees");

  const RunRules settled =
      settle_rules(parser, options.rules, options.epoch, parsed.paths, options.report);
  const auto services = services_for(settled.rules, options.task.jobs, options.plugins);
  options.task.paths = parsed.paths;
  confine_run(access_for(options.task, options.plugins));
  const Hasher hasher(options, settled.rules, services.get());
  int status = ExitStatus::kNormal;
  for (const std::string& path : parsed.paths) status = std::max(status, hasher.hash(path));
  return status;
}

}  // namespace normalize
