// Packages are worked on in folders of our own beside them, by the run that `apply` makes: first
// comes the work, then signatures are looked for, then everything is looked at once more, and only
// then does anything change its place.

#include "driver/wrap/repair.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "driver/pipeline.h"
#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/standard_streams.h"
#include "driver/wrap/child.h"
#include "driver/wrap/resign.h"
#include "driver/wrap/signatures.h"
#include "driver/wrap/workshop.h"

namespace normalize::wrap {
namespace {

using Outcome = FileReport::Outcome;

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

class Repair {
 public:
  Repair(const std::vector<std::string>& paths, const Settings& settings) : settings_(settings) {
    for (const std::string& path : paths) {
      const std::string package = signed_package(path);
      const bool is_signature = std::ranges::find(paths, package) != paths.end();
      (is_signature ? with_signature_ : packages_).insert(is_signature ? package : path);
    }
  }

  void run() {
    const SignalsHeld held;
    bring_in();
    const RunReport done = look(Task::Mode::apply, settings_.strip_signatures);
    expect_understood(done);
    if (!settings_.strip_signatures) refuse_signed(done);
    stop_if(held.interrupted());
    expect_normal(look(Task::Mode::check, settings_.strip_signatures));
    stop_if(held.interrupted());
    if (!settings_.resign.empty()) resign();
    for (const auto& [folder, shop] : shops_) shop->deliver();
    tell_changes(done);
  }

 private:
  static void stop_if(bool interrupted) {
    if (interrupted) throw WrapError(WrapStatus::kNotWritten, "interrupted; left as it was");
  }

  Workshop& shop_of(const std::string& path) { return *shops_.at(folder_of(path)); }

  void bring_in() {
    for (const std::string& package : packages_) {
      auto& shop = shops_[folder_of(package)];
      if (!shop) shop = std::make_unique<Workshop>(folder_of(package));
      shop->bring(package);
    }
  }

  /// What a run over the packages tells, under their own names.
  RunReport look(Task::Mode mode, bool strip) {
    Task task;
    task.mode = mode;
    task.jobs = settings_.jobs;
    task.mentions_other_names = false;
    for (const std::string& package : packages_)
      task.paths.push_back(shop_of(package).inside(package));
    Rules rules = settings_.rules;
    rules.disk_times = false;  // make(1) would take a package that looks old for out of date
    rules.signed_files = strip ? SignedFiles::strip : SignedFiles::skip;
    RunReport report = run_pipeline(task, rules, settings_.services);
    for (FileReport& file : report.files) tell_outside(file);
    return report;
  }

  /// What is told of a package inside, as if it were told of the one outside; members of what packs
  /// one file alone have its path in their names.
  static void tell_outside(FileReport& file) {
    const std::string inside = folder_of(file.path), outside = folder_of(inside);
    const auto moved = [&](std::string name) {
      return name.starts_with(inside) ? name.replace(0, inside.size(), outside) : name;
    };
    file.path = moved(file.path);
    for (Remark& remark : file.journal.remarks) remark.member = moved(remark.member);
    Findings findings;
    for (Finding finding : file.journal.findings) {
      const std::string member = moved(std::string(finding.member));
      finding.member = member;
      findings.push_back(finding);
    }
    file.journal.findings = std::move(findings);
  }

  /// Of a package that says it is signed nothing has changed yet: what would is looked for.
  void refuse_signed(const RunReport& done) {
    std::set<std::string> signed_ones;
    for (const FileReport& file : done.files) {
      if (is_said_to_be_signed(file)) signed_ones.insert(file.path);
      if (with_signature_.contains(file.path)) refuse_where_changed(file);
    }
    if (signed_ones.empty()) return;
    for (const FileReport& file : look(Task::Mode::check, true).files)
      if (signed_ones.contains(file.path)) refuse_where_changed(file);
  }

  static void refuse_where_changed(const FileReport& file) {
    const std::vector<std::string> fields = fields_beside_signatures(file);
    if (is_said_to_be_signed(file)) refuse(file.path, "for good");
    if (!fields.empty()) refuse(file.path, "and would change (" + joined(fields) + ")");
  }

  [[noreturn]] static void refuse(const std::string& path, const std::string& how) {
    throw WrapError(WrapStatus::kSigned,
                    path + ": signed, " + how +
                        "; left as it was (sign behind normalize, or see --strip-signature and "
                        "--resign)");
  }

  void expect_understood(const RunReport& report) const {
    say(report);
    for (const FileReport& file : report.files) {
      const auto is_bad = [&](const Remark& remark) {
        return remark.kind != Remark::Kind::note && is_about_the_package(file, remark.member);
      };
      if (file.outcome == Outcome::damaged || file.outcome == Outcome::failed ||
          std::ranges::any_of(file.journal.remarks, is_bad))
        throw WrapError(file.error.empty() ? WrapStatus::kNotUnderstood : WrapStatus::kNotWritten,
                        file.path + ": could not be made normal; left as it was");
    }
  }

  void expect_normal(const RunReport& report) const {
    for (const FileReport& file : report.files)
      if (file.outcome == Outcome::changed || file.outcome == Outcome::damaged ||
          file.outcome == Outcome::failed)
        throw WrapError(WrapStatus::kNotUnderstood,
                        file.path + ": is not normal once it was normalized; left as it was");
  }

  void resign() {
    for (const std::string& package : packages_) {
      Workshop& shop = shop_of(package);
      shop.make_own(package);
      resign_package(settings_.resign, shop.inside(package), package);
    }
  }

  void say(const RunReport& report) const {
    const ReportOptions& options = settings_.report;
    write_standard_error(
        text_diagnostics(report, {!options.quiet, options.verbose, color_on_stderr(options)}));
  }

  void tell_changes(const RunReport& report) const {
    for (const FileReport& file : report.files)
      if (file.outcome == Outcome::changed)
        tell_lines(settings_, file_text(file, {.every_finding = settings_.report.verbose}));
  }

  const Settings& settings_;
  std::set<std::string> packages_, with_signature_;
  std::map<std::string, std::unique_ptr<Workshop>> shops_;
};

}  // namespace

void repair(const std::vector<std::string>& packages, const Settings& settings) {
  Repair(packages, settings).run();
}

}  // namespace normalize::wrap
