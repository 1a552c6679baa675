// strip-nondeterminism 1.14.1: the files given, and nothing else, in place. Its -T replaces times,
// and takes the place of SOURCE_DATE_EPOCH, which it does not look at; without -T times become the
// zero of their format.

#include <fcntl.h>
#include <sys/stat.h>

#include <charconv>
#include <filesystem>

#include "driver/compat/command_words.h"
#include "driver/compat/handlers.h"
#include "driver/compat/programs.h"
#include "driver/options/values.h"
#include "driver/path_list.h"
#include "driver/pipeline.h"
#include "driver/report/escape.h"
#include "driver/report/text.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"
#include "driver/tree/file_source.h"
#include "driver/tree/open.h"
#include "driver/usage_error.h"
#include "normalizers/registry.h"
#include "normalizers/version.h"

namespace normalize {
namespace {

// What Perl's die ends with: 255, or the system's error number where there is one.
constexpr int kDone = 0, kMissing = ENOENT, kDied = 255;

using Value = WordOption::Value;

// The last four are ours.
constexpr WordOption kOptions[] = {
    {'t', "type", Value::required},
    {'T', "timestamp", Value::required},
    {0, "clamp-timestamp", Value::negatable},
    {'n', "normalizers", Value::required},
    {'v', "verbose"},
    {'V', "version"},
    {'h', "help"},
    {'j', "jobs", Value::required},
    {0, "files-from", Value::required},
    {'0', "null"},
    {0, "list-changed"},
};

constexpr Handler kHandlers[] = {
    {"ar", "ar", "", false},
    {"bflt", "bflt"},
    {"cpio", "cpio"},
    {"gettext", "mo"},
    {"gzip", "gzip"},
    {"jar", "zip", "jar war hpi apk sym"},
    {"javadoc", "javadoc"},
    {"javaproperties", "properties git_json manifest"},
    {"jmod", "zip", "jmod"},
    {"png", "png"},
    {"pyzip", "zip", "pyz pyzw -"},
    {"uimage", "uimage"},
    {"zip", "zip"},
};

/// Handlers that die of a damaged file; the others pass over it.
bool dies_of_damage(std::string_view handler) {
  return handler == "ar" || handler == "gzip" || handler == "jar" || handler == "jmod" ||
         handler == "pyzip" || handler == "zip";
}

/// Handlers that die of a file which is something else.
bool dies_of_other_files(std::string_view handler) {
  return handler == "jar" || handler == "jmod" || handler == "zip";
}

std::string usage(const std::string& name) {
  return "Usage: " + name +
         " [-v|--verbose] [-t|--type FILETYPE] [-T|--timestamp SECONDS] [--clamp-timestamp] "
         "[--normalizers <+NORMALIZER,-NORMALIZER,+all,-all,...>] [-j|--jobs N] "
         "[--files-from FILE [-0|--null]] [--list-changed] FILENAME\n";
}

std::int64_t parse_timestamp(const std::string& text) {
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stop != end || seconds < 0)
    throw UsageError("Value \"" + text +
                     "\" invalid for option timestamp (seconds since 1970 expected)");
  return seconds;
}

struct Settings {
  bool verbose = false;
  bool list_changed = false;
  std::string type;  // empty where each file's own counts
  Rules rules;
  bool clamps = false;
  unsigned jobs = 1;
  std::vector<std::string> paths;
};

/// "+gzip,-all"
void switch_handlers(const std::string& specification, const std::string& program, bool verbose,
                     Handlers& handlers) {
  for (std::size_t start = 0; start < specification.size();) {
    const std::size_t end = std::min(specification.find(',', start), specification.size());
    const std::string word = specification.substr(start, end - start);
    start = end + 1;
    if (word.size() < 2 || (word[0] != '+' && word[0] != '-'))
      throw UsageError(program + ": invalid --normalizer spec: " + word);
    const std::string name = word.substr(1);
    const bool on = word[0] == '+';
    if (name != "all" && !handlers.knows(name)) throw UsageError("Unknown normalizer: " + name);
    if (verbose)
      write_standard_output(program + (on ? ": Enabling " : ": Disabling ") +
                            (name == "all" ? "all normalizers\n" : "normalizer " + name + "\n"));
    if (name == "all")
      handlers.turn_all(on);
    else
      handlers.turn(name, on);
  }
}

Settings settings_of(const CommandWords& words, Handlers& handlers, const std::string& program) {
  Settings settings;
  settings.verbose = words.has("verbose");
  settings.list_changed = words.has("list-changed");
  for (const GivenOption& given : words.options) {
    if (given.option->name == "clamp-timestamp") settings.clamps = !given.negated;
  }
  switch_handlers(words.last("normalizers").value_or(""), program, settings.verbose, handlers);
  settings.rules.disk_times = false;
  if (const auto time = words.last("timestamp")) settings.rules.epoch = parse_timestamp(*time);
  settings.jobs = words.has("jobs") ? parse_jobs(*words.last("jobs")) : default_jobs();
  settings.paths = words.paths;
  const PathList list{words.last("files-from").value_or(""), words.has("null")};
  for (std::string& path : read_path_list(list)) settings.paths.push_back(std::move(path));
  if (const auto type = words.last("type")) {
    if (!handlers.knows(*type)) throw UsageError("Unknown handler: " + *type);
    settings.type = *type;
  }
  return settings;
}

/// The files to work on, by how their times become normal.
struct Selection {
  std::vector<std::string> set, clamped;
  int status = kDone;
};

class Selector {
 public:
  Selector(const Settings& settings, const Handlers& handlers)
      : settings_(settings), handlers_(handlers) {}

  Selection select() && {
    for (const std::string& path : settings_.paths) look_at(path);
    return std::move(selection_);
  }

 private:
  void look_at(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      write_standard_error(escape(path) + ": Does not exist\n");
      selection_.status = std::max(selection_.status, kMissing);
      return;
    }
    if (!S_ISREG(status.st_mode)) return;
    struct stat itself {};
    const bool is_link = ::lstat(path.c_str(), &itself) == 0 && S_ISLNK(itself.st_mode);
    // With a type, somebody means the file behind the link; without, links are nothing to look at.
    if (is_link && settings_.type.empty()) return;
    take(is_link ? std::filesystem::canonical(path).string() : path,
         static_cast<std::uint64_t>(status.st_size));
  }

  void take(const std::string& path, std::uint64_t size) {
    const Descriptor file = open_given(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (!file) return fail(path, std::generic_category().message(errno));
    FileSource source(file.get(), size);
    const Normalizer* format = find_normalizer({path, source.head(), source});
    if (!settings_.type.empty()) {
      if (format && handlers_.takes(settings_.type, format->name())) return add(path, *format);
      if (dies_of_other_files(settings_.type)) fail(path, "not recognized as " + settings_.type);
      return;
    }
    if (!format) return;
    if (handlers_.is_on(handlers_.of(path, format->name()))) return add(path, *format);
    if (settings_.verbose)
      write_standard_output("Not normalizing " + escape(path) + " (normalizer disabled)\n");
  }

  void add(const std::string& path, const Normalizer& format) {
    if (settings_.verbose) write_standard_output("Normalizing " + escape(path) + "\n");
    // The dates of a message catalog are the translators': later ones alone are the build's.
    const bool sets = settings_.rules.epoch && !settings_.clamps && format.name() != "mo";
    (sets ? selection_.set : selection_.clamped).push_back(path);
  }

  void fail(const std::string& path, const std::string& problem) {
    write_standard_error("strip-nondeterminism: " + escape(path) + ": " + problem + "\n");
    selection_.status = kDied;
  }

  const Settings& settings_;
  const Handlers& handlers_;
  Selection selection_;
};

/// What a damaged or failed file makes of the exit status.
int status_of(const RunReport& report, const Handlers& handlers) {
  for (const FileReport& file : report.files) {
    if (file.outcome == FileReport::Outcome::failed) return kDied;
    if (file.outcome == FileReport::Outcome::damaged &&
        dies_of_damage(handlers.of(file.path, file.format)))
      return kDied;
  }
  return kDone;
}

void tell(const RunReport& report, const Settings& settings) {
  write_standard_error(text_diagnostics(report, {.notes = settings.verbose}));
  if (settings.verbose) print_text(report, {.every_finding = true});
  if (!settings.list_changed) return;
  for (const FileReport& file : report.files)
    if (file.outcome == FileReport::Outcome::changed)
      write_standard_output("Normalized " + escape(file.path) + "\n");
}

int normalize_files(const std::vector<std::string>& paths, TimeMode mode, const Settings& settings,
                    const Handlers& handlers) {
  if (paths.empty()) return kDone;
  Task task;
  task.paths = paths;
  task.jobs = settings.jobs;
  Rules rules = settings.rules;
  rules.time_mode = mode;
  const RunReport report = run_pipeline(task, rules);
  tell(report, settings);
  return status_of(report, handlers);
}

void announce(const std::string& name, const Handlers& handlers) {
  write_standard_output(name + ": Not using a canonical time\n");
  std::string line = name + ": Using normalizers:";
  for (const std::string& each : handlers.names_on()) line += " " + each;
  write_standard_output(line + "\n");
}

int run(const std::string& name, const CommandWords& words) {
  Handlers handlers(kHandlers);
  const Settings settings = settings_of(words, handlers, name);
  if (settings.paths.empty() && !words.has("files-from")) throw UsageError("no file is given");
  if (settings.verbose && !settings.rules.epoch) announce(name, handlers);
  const Selection selection = Selector(settings, handlers).select();
  Task all;
  all.paths = selection.set;
  all.paths.insert(all.paths.end(), selection.clamped.begin(), selection.clamped.end());
  confine_run(access_for(all, {}));
  return std::max({selection.status,
                   normalize_files(selection.set, TimeMode::set, settings, handlers),
                   normalize_files(selection.clamped, TimeMode::clamp, settings, handlers)});
}

}  // namespace

int run_strip_nondeterminism(const std::string& name, const std::vector<std::string>& arguments) {
  try {
    const CommandWords words = split_words(kOptions, arguments, Abbreviations::taken);
    if (words.has("help")) return write_standard_output(usage(name)), kDone;
    if (words.has("version"))
      return write_standard_output(name + " version 1.14.1 (normalize " +
                                   std::string(program_version()) + ")\n"),
             kDone;
    return run(name, words);
  } catch (const UsageError& error) {
    write_standard_error(escape(error.what()) + "\n" + usage(name));
  } catch (const std::system_error& error) {
    write_standard_error("strip-nondeterminism: " + escape(error.what()) + "\n");
  }
  return kDied;
}

}  // namespace normalize
