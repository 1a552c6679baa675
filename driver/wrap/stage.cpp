#include "driver/wrap/stage.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <filesystem>

#include "driver/pipeline.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/standard_streams.h"
#include "driver/tree/open.h"
#include "driver/usage_error.h"

namespace normalize::wrap {
namespace {

namespace fs = std::filesystem;

Identity identity_of_path(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw_errno(path);
  return identity_of(status);
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// By its inode: "/" has many spellings.
bool is_root(const std::string& path) { return identity_of_path(path) == identity_of_path("/"); }

bool is_mount_point(const std::string& path) {
  return identity_of_path(path).device != identity_of_path(path + "/..").device;
}

bool is_below_here(const std::string& path) {
  const fs::path here = fs::current_path(), folder = fs::canonical(path);
  return folder != here &&
         std::mismatch(here.begin(), here.end(), folder.begin(), folder.end()).first == here.end();
}

/// Why it is not ours to touch; empty where it is.
std::string objection(const Stage& stage) {
  if (!is_folder(stage.path)) return "no folder";
  if (is_root(stage.path)) return "the root of the system";
  if (is_mount_point(stage.path)) return "a mount point";
  if (stage.kind == Stage::Kind::folder && !is_below_here(stage.path))
    return "outside of the current folder";
  return "";
}

/// Several packages may be made of one stage at a time.
Descriptor locked(const std::string& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) throw_errno(path);
  while (::flock(folder.get(), LOCK_EX) != 0)
    if (errno != EINTR) break;  // not every file system has locks
  return folder;
}

/// Answers whether every file could be made normal.
bool prepare(const std::string& path, const Settings& settings) {
  const Descriptor lock = locked(path);
  Task task;
  task.mode = Task::Mode::apply;
  task.jobs = settings.jobs;
  task.excludes = settings.excludes;
  task.paths = {path.ends_with('/') ? path : path + '/'};  // a link stands for its folder
  const RunReport report = run_pipeline(task, settings.rules, settings.services);
  const ReportOptions& options = settings.report;
  write_standard_error(
      text_diagnostics(report, {!options.quiet, options.verbose, color_on_stderr(options)}));
  if (options.verbose)
    for (const FileReport& file : report.files)
      tell_lines(settings, file_text(file, {.every_finding = true}));
  const Summary& summary = report.summary;
  if (summary.changed + summary.times_changed > 0)
    tell(settings, path + ": " + summary_line(summary, false));
  return exit_status(report, false, false) == ExitStatus::kNormal;
}

}  // namespace

void prepare_stages(const std::vector<Stage>& stages, const Settings& settings) {
  for (const Stage& stage : stages) {
    std::string why = objection(stage);
    if (why.empty() && !prepare(stage.path, settings)) why = "not all of it may be changed";
    if (!why.empty() && is_folder(stage.path))
      tell(settings,
           stage.path + ": " + why + "; only the package will be normal (--stage insists)");
  }
}

void prepare_named_stages(const std::vector<std::string>& paths, const Settings& settings) {
  for (const std::string& path : paths) {
    if (!is_folder(path)) throw UsageError("--stage: " + path + " is no folder");
    if (is_root(path)) throw UsageError("--stage: " + path + " is the root of the system");
  }
  for (const std::string& path : paths)
    if (!prepare(path, settings))
      throw WrapError(ExitStatus::kError, path + ": could not be made normal; nothing was run");
}

}  // namespace normalize::wrap
