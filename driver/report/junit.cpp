#include "driver/report/junit.h"

#include "driver/report/causes.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/text.h"
#include "driver/report/words.h"

namespace normalize {
namespace {

using Outcome = FileReport::Outcome;

/// A text of escape(), for XML 1.0 (sections 2.2 and 2.4). It has no control characters any more,
/// and of what is left XML has no place for U+FFFE and U+FFFF.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
    if (out.ends_with("\xef\xbf\xbe") || out.ends_with("\xef\xbf\xbf"))
      out.replace(out.size() - 3, 3, c == '\xbe' ? "\\ufffe" : "\\uffff");
  }
  return out;
}

/// A service shows a test's text as a whole: no more of a file's findings than this.
constexpr std::size_t kMostFindings = 200;

enum class Verdict { passed, failure, error, skipped };

class Suite {
 public:
  Suite(const RunReport& report, const RunFacts& facts, Output& out)
      : report_(report), facts_(facts), out_(out) {}

  void write() {
    write_head();
    for (const FileReport& file : report_.files) write_test(file);
    if (report_.files.empty())
      out_ << "  <testcase classname=\"normalize\" name=\"" << xml(summary()) << "\"/>\n";
    out_ << "  <system-out>" << xml(summary()) << "</system-out>\n</testsuite>\n</testsuites>\n";
  }

 private:
  bool is_check() const { return facts_.command == "check"; }
  std::string summary() const { return summary_line(report_.summary, is_check()); }

  Verdict verdict(const FileReport& file) const {
    bool is_damaged = file.outcome == Outcome::damaged, is_failed = file.outcome == Outcome::failed;
    for (const Remark& remark : file.journal.remarks) {
      is_damaged = is_damaged || remark.kind == Remark::Kind::damaged;
      is_failed = is_failed || remark.kind == Remark::Kind::failed;
    }
    if (is_failed) return Verdict::error;
    if (is_damaged && facts_.exit_status == ExitStatus::kDamaged) return Verdict::failure;
    if (is_check() && (file.outcome == Outcome::changed || file.time || file.link))
      return Verdict::failure;
    return is_damaged ? Verdict::skipped : Verdict::passed;
  }

  void write_head() {
    std::size_t counts[4] = {};
    for (const FileReport& file : report_.files) ++counts[static_cast<std::size_t>(verdict(file))];
    const auto number = [&](std::string_view name, std::size_t count) {
      return " " + std::string(name) + "=\"" + std::to_string(count) + "\"";
    };
    const std::string name = "normalize " + std::string(facts_.command);
    const std::string numbers =
        number("tests", std::max<std::size_t>(report_.files.size(), 1)) +
        number("failures", counts[static_cast<std::size_t>(Verdict::failure)]) +
        number("errors", counts[static_cast<std::size_t>(Verdict::error)]);
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" << name << "\""
         << numbers << ">\n<testsuite name=\"" << name << "\"" << numbers
         << number("skipped", counts[static_cast<std::size_t>(Verdict::skipped)]) << ">\n";
  }

  void write_test(const FileReport& file) {
    out_ << "  <testcase classname=\"" << (file.format.empty() ? "disk" : xml(file.format))
         << "\" name=\"" << xml(escape(file.path)) << "\">\n";
    const Verdict outcome = verdict(file);
    const std::string_view element = outcome == Verdict::failure   ? "failure"
                                     : outcome == Verdict::error   ? "error"
                                     : outcome == Verdict::skipped ? "skipped"
                                                                   : "system-out";
    out_ << "    <" << element;
    if (outcome != Verdict::passed) out_ << " message=\"" << message(file) << "\"";
    out_ << ">";
    write_lines(file);
    out_ << "</" << element << ">\n  </testcase>\n";
  }

  static std::string message(const FileReport& file) {
    if (!file.error.empty()) return xml(escape(file.error));
    std::size_t findings = 0;
    for_each_finding(file, [&](const Finding&) { ++findings; });
    if (findings > 0) return counted(findings, "finding", "findings");
    return file.journal.remarks.empty() ? "" : xml(escape(file.journal.remarks.front().text));
  }

  void write_lines(const FileReport& file) {
    std::size_t count = 0;
    for_each_finding(file, [&](const Finding& finding) {
      if (++count > kMostFindings) return;
      line(file, finding.member,
           cause_name(finding.format, *finding.field) + ": " + shown_change(finding) +
               advice(*finding.field));
    });
    for (const Remark& remark : file.journal.remarks)
      line(file, remark.member, escape(remark.text));
    if (!file.error.empty()) line(file, "", escape(file.error) + "; left as it was");
  }

  void line(const FileReport& file, std::string_view member, std::string_view text) {
    out_ << xml(escape(full_path(file, member))) << ": " << xml(text) << "\n";
  }

  const RunReport& report_;
  const RunFacts& facts_;
  Output& out_;
};

}  // namespace

void write_junit(const RunReport& report, const RunFacts& facts, Output& out) {
  Suite(report, facts, out).write();
}

}  // namespace normalize
