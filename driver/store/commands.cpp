#include "driver/store/commands.h"

#include <algorithm>
#include <map>
#include <optional>

#include "driver/options/groups.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/json.h"
#include "driver/standard_streams.h"
#include "driver/store/check.h"
#include "driver/store/collect.h"
#include "driver/store/store_options.h"
#include "driver/usage_error.h"

namespace normalize {
namespace store {
namespace {

constexpr const char* kFooter =
    "init DIR               makes a store\n"
    "add TREE --name NAME   keeps a tree as a build\n"
    "list                   names the builds\n"
    "show NAME              writes a build's specification, mtree(5)\n"
    "diff NAME NAME         says in what two builds differ once normal\n"
    "restore NAME DEST      makes the tree, or parts of it, again\n"
    "verify                 reads all, and says what is damaged\n"
    "drop NAME              forgets builds\n"
    "gc                     gives back the space of what no build needs\n"
    "\n"
    "normalize store add --help tells its options, and so do the others. --store DIR, or\n"
    "NORMALIZE_STORE in the environment, names the store.\n";

struct Command {
  std::string_view name;
  int (*run)(const std::vector<std::string>& words);
};
constexpr Command kCommands[] = {
    {"add", run_add},         {"diff", run_diff}, {"drop", run_drop},
    {"gc", run_gc},           {"init", run_init}, {"list", run_list},
    {"restore", run_restore}, {"show", run_show}, {"verify", run_verify}};

std::string json_line(const BuildInfo& info) {
  std::string line;
  JsonWriter json(line);
  json.open_object();
  json.text("type", "build");
  json.text("name", info.name);
  json.text("added", time_text(info.added));
  json.number("files", info.files);
  json.number("bytes", info.bytes);
  json.number("stored", info.stored);
  json.close_object();
  return line + "\n";
}

std::string text_line(const BuildInfo& info) {
  return info.name + ": " + time_text(info.added) + ", " + std::to_string(info.files) +
         (info.files == 1 ? " file, " : " files, ") + std::to_string(info.bytes) +
         " bytes, stored in " + std::to_string(info.stored) + "\n";
}

/// A command whose only option, but for those given, is the store.
std::optional<std::vector<std::string>> parse(OptionParser& parser, StoreOptions& options,
                                              const std::vector<std::string>& words) {
  add_store_option(parser, options);
  OptionParser::Parsed parsed = parser.parse(words);
  if (gave_help(parsed)) return std::nullopt;
  return std::move(parsed.paths);
}

/// The words of a name's specification, apart from its path.
std::map<std::string, std::string> lines_by_path(const Build& build) {
  std::map<std::string, std::string> lines;
  for (const BuildName& name : build) lines[name.path] = specification_of({name}, Form::normal);
  return lines;
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::size_t at = line.find(' ');
  while (at != line.npos) {
    const std::size_t end = line.find_first_of(" \n", at + 1);
    words.push_back(line.substr(at + 1, end - at - 1));
    at = end != line.npos && line[end] == ' ' ? end : line.npos;
  }
  return words;
}

/// The words of one line that the other does not have: "mode=0644 size=3".
std::string only_in(const std::string& line, const std::string& other) {
  const std::vector<std::string> others = words_of(other);
  std::string text;
  for (const std::string& word : words_of(line))
    if (std::ranges::find(others, word) == others.end()) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string difference(const std::string& path, const std::string* a, const std::string* b) {
  const std::string start = "./" + escape(path) + ": ";
  if (!a) return start + "added\n";
  if (!b) return start + "removed\n";
  return start + only_in(*a, *b) + " is now " + only_in(*b, *a) + "\n";
}

}  // namespace

int run_init(const std::vector<std::string>& words) {
  StoreOptions options;
  OptionParser parser("Makes a store in a folder that is empty or not there.",
                      "normalize store init [OPTION]... [DIR]");
  const auto paths = parse(parser, options, words);
  if (!paths) return ExitStatus::kNormal;
  check_count(*paths, 0, 1, "one folder");
  Store::create(paths->empty() ? store_path(options) : paths->front());
  return ExitStatus::kNormal;
}

int run_list(const std::vector<std::string>& words) {
  StoreOptions options;
  OptionParser parser("Names the builds of a store, the first added first.",
                      "normalize store list [OPTION]...");
  add_format_option(parser, options.report);
  const auto paths = parse(parser, options, words);
  if (!paths) return ExitStatus::kNormal;
  check_count(*paths, 0, 0, "no path");
  const Store store(store_path(options), Store::Access::read);
  std::string text;
  for (const BuildInfo& info : store.builds())
    text +=
        options.report.format == ReportOptions::Format::jsonl ? json_line(info) : text_line(info);
  write_standard_output(text);
  return ExitStatus::kNormal;
}

int run_show(const std::vector<std::string>& words) {
  StoreOptions options;
  bool original = false;
  OptionParser parser("Writes the specification, mtree(5), of a build once normal.",
                      "normalize store show [OPTION]... BUILD");
  parser.add_flag("--original", "Of the build as it was", original);
  const auto paths = parse(parser, options, words);
  if (!paths) return ExitStatus::kNormal;
  check_count(*paths, 1, 1, "one build");
  Store store(store_path(options), Store::Access::read);
  const Build build = store.read(store.build(paths->front()));
  write_standard_output(specification_of(build, original ? Form::original : Form::normal));
  return ExitStatus::kNormal;
}

int run_diff(const std::vector<std::string>& words) {
  StoreOptions options;
  OptionParser parser("Says in what two builds differ once normal. Exit status 1 where they do.",
                      "normalize store diff [OPTION]... BUILD BUILD");
  const auto paths = parse(parser, options, words);
  if (!paths) return ExitStatus::kNormal;
  check_count(*paths, 2, 2, "two builds");
  Store store(store_path(options), Store::Access::read);
  const auto a = lines_by_path(store.read(store.build(paths->front())));
  const auto b = lines_by_path(store.read(store.build(paths->back())));
  auto all = a;
  all.insert(b.begin(), b.end());
  std::string text;
  for (const auto& [path, line] : all) {
    const auto in_a = a.find(path), in_b = b.find(path);
    if (in_a != a.end() && in_b != b.end() && in_a->second == in_b->second) continue;
    text += difference(path, in_a == a.end() ? nullptr : &in_a->second,
                       in_b == b.end() ? nullptr : &in_b->second);
  }
  write_standard_output(text);
  return text.empty() ? ExitStatus::kNormal : ExitStatus::kFindings;
}

int run_verify(const std::vector<std::string>& words) {
  StoreOptions options;
  OptionParser parser(
      "Reads every byte of a store and says what is not as it was written, and which builds cannot "
      "be had whole because of it. Exit status 1 where there is such.",
      "normalize store verify [OPTION]...");
  add_jobs_option(parser, options);
  const auto paths = parse(parser, options, words);
  if (!paths) return ExitStatus::kNormal;
  check_count(*paths, 0, 0, "no path");
  Store store(store_path(options), Store::Access::read);
  std::optional<Progress> progress(STDERR_FILENO);
  const std::vector<StoreDamage> damages = check(store, options.jobs, &*progress);
  progress.reset();
  std::string text;
  for (const StoreDamage& damage : damages) {
    text += escape(damage.what);
    for (std::size_t i = 0; i < damage.builds.size(); ++i)
      text += (i == 0 ? "; needed by " : ", ") + damage.builds[i];
    text += "\n";
  }
  write_standard_output(text);
  return damages.empty() ? ExitStatus::kNormal : ExitStatus::kFindings;
}

int run_gc(const std::vector<std::string>& words) {
  StoreOptions options;
  OptionParser parser("Takes what no build needs out of a store.",
                      "normalize store gc [OPTION]...");
  const auto paths = parse(parser, options, words);
  if (!paths) return ExitStatus::kNormal;
  check_count(*paths, 0, 0, "no path");
  Store store(store_path(options), Store::Access::write);
  const Collected collected = collect(store);
  write_standard_output(std::to_string(collected.bytes_before) + " bytes are now " +
                        std::to_string(collected.bytes_after) + "\n");
  return ExitStatus::kNormal;
}

int run_drop(const std::vector<std::string>& words) {
  StoreOptions options;
  OptionParser parser("Forgets builds; gc gives back their space.",
                      "normalize store drop [OPTION]... BUILD...");
  const auto paths = parse(parser, options, words);
  if (!paths) return ExitStatus::kNormal;
  check_count(*paths, 1, paths->size(), "one build or several");
  Store store(store_path(options), Store::Access::write);
  for (const std::string& name : *paths) {
    Store::check_name(name);
    if (!store.has_build(name)) throw UsageError(name + ": there is no build of that name");
  }
  for (const std::string& name : *paths) store.drop_build(name);
  return ExitStatus::kNormal;
}

}  // namespace store

int run_store(const std::vector<std::string>& words) {
  const std::string name = words.empty() ? "" : words.front();
  for (const store::Command& command : store::kCommands)
    if (command.name == name) return command.run({words.begin() + 1, words.end()});
  OptionParser parser("Keeps many builds in little space.",
                      "normalize store COMMAND [OPTION]... [ARGUMENT]...");
  parser.set_footer(store::kFooter);
  if (store::gave_help(parser.parse(words))) return ExitStatus::kNormal;
  throw UsageError((name.empty() ? "store" : "store " + escape(name)) +
                   ": expected add, diff, drop, gc, init, list, restore, show or verify");
}

}  // namespace normalize
