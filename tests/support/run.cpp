#include "tests/support/run.h"
#include "driver/counters.h"

#include <doctest/doctest.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/tree.h"

namespace normalize::test {
namespace {

constexpr unsigned kNobody = 65'534;

RunReport run_in(Task::Mode mode, std::vector<std::string> paths, const Rules& rules) {
  Task task;
  task.mode = mode;
  task.paths = std::move(paths);
  task.jobs = 2;
  return run_pipeline(task, rules);
}

bool drop_privileges() {
  if (::geteuid() != 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
}

}  // namespace

RunReport apply(std::vector<std::string> paths, const Rules& rules) {
  return run_in(Task::Mode::apply, std::move(paths), rules);
}

RunReport check(std::vector<std::string> paths, const Rules& rules) {
  return run_in(Task::Mode::check, std::move(paths), rules);
}

const FileReport& said_of(const RunReport& report, const std::filesystem::path& path) {
  const auto found = std::ranges::find(report.files, path.string(), &FileReport::path);
  REQUIRE_MESSAGE(found != report.files.end(), "nothing is said of " << path.string());
  return *found;
}

bool says_nothing_of(const RunReport& report, const std::filesystem::path& path) {
  return std::ranges::find(report.files, path.string(), &FileReport::path) == report.files.end();
}

bool remarked(const FileReport& file, std::string_view text) {
  return std::ranges::any_of(file.journal.remarks, [&](const Remark& remark) {
    return remark.text.find(text) != std::string::npos;
  });
}

std::string text_of(const RunReport& report) {
  std::string text;
  const auto add_finding = [&](const Finding& finding) {
    text.append("  ").append(finding.member).append(" ").append(finding.format);
    text.append(" ").append(finding.field->name).append(" ").append(finding.before);
    text.append(" ").append(finding.after).append("\n");
  };
  for (const FileReport& file : report.files) {
    text += file.path + " " + std::to_string(static_cast<int>(file.outcome)) + " " +
            std::string(file.format) + " " + file.error + "\n";
    for (const Finding& finding : file.journal.findings) add_finding(finding);
    if (file.time) add_finding(file.time->finding());
    for (const Remark& remark : file.journal.remarks)
      text += "  " + remark.member + " " + remark.text + "\n";
  }
  const Summary& sums = report.summary;
  for (const std::uint64_t sum :
       {sums.files, sums.folders, sums.others, sums.claimed, sums.changed, sums.damaged,
        sums.failed, sums.times_changed, sums.leftovers_removed})
    text += std::to_string(sum) + " ";
  return text;
}

int as_nobody(const std::function<int()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int status = 99;
    try {
      if (drop_privileges()) status = work();
    } catch (...) {
      status = 98;
    }
    save_counters();
    ::_exit(status);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void give_to_nobody(const std::filesystem::path& path) {
  if (::geteuid() != 0) return;
  const std::string owner = std::to_string(kNobody);
  REQUIRE(
      run_command("chown -Rh " + owner + ":" + owner + " " + shell_word(path.string())).status ==
      0);
}

}  // namespace normalize::test
