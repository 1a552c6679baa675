#include "driver/report/github.h"

#include "driver/report/causes.h"
#include "driver/report/escape.h"
#include "driver/report/text.h"
#include "driver/report/words.h"

namespace normalize {
namespace {

/// A text of escape(), which has no ends of lines, with what else the runner's ActionCommand
/// undoes:
/// '%' everywhere, ':' and ',' where a property's value would end.
enum class Within { message, property };

std::string command_text(std::string_view text, Within within) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == ':' && within == Within::property)
      out += "%3A";
    else if (c == ',' && within == Within::property)
      out += "%2C";
    else
      out += c;
  }
  return out;
}

void write_command(Output& out, std::string_view command, const FileReport& file,
                   std::string_view title, std::string_view message) {
  out << "::" << command << " file=" << command_text(escape(file.path), Within::property)
      << ",title=" << command_text(title, Within::property)
      << "::" << command_text(message, Within::message) << "\n";
}

struct First {
  const FileReport* file;
  std::string change;
};

/// Where each cause was met first.
std::vector<First> first_places(const RunReport& report, Causes& causes) {
  std::vector<First> first(causes.size());
  for (const FileReport& file : report.files)
    for_each_finding(file, [&](const Finding& finding) {
      First& place = first[causes.number_of(finding)];
      if (!place.file)
        place = {&file, escape(full_path(file, finding.member)) + ": " + shown_change(finding)};
    });
  return first;
}

}  // namespace

void write_github(const RunReport& report, const RunFacts& facts, Output& out) {
  Causes causes = causes_of(report);
  const std::vector<First> first = first_places(report, causes);
  const bool check = facts.command == "check";
  for (const std::size_t number : by_frequency(causes)) {
    const Cause& cause = causes[number];
    write_command(out, check ? "warning" : "notice", *first[number].file,
                  cause_name(cause.format, *cause.field),
                  counted(cause.findings, "finding", "findings") + " in " +
                      counted(cause.files, "file", "files") + advice(*cause.field) + ". First " +
                      first[number].change);
  }
  for (const FileReport& file : report.files) {
    for (const Remark& remark : file.journal.remarks)
      if (remark.kind != Remark::Kind::note)
        write_command(out, remark.kind == Remark::Kind::failed ? "error" : "warning", file,
                      remark.kind == Remark::Kind::failed ? "failed" : "damaged",
                      escape(full_path(file, remark.member) + ": " + remark.text));
    if (!file.error.empty())
      write_command(out, "error", file, "failed",
                    escape(file.path + ": " + file.error) + "; left as it was");
  }
  out << summary_line(report.summary, check) << "\n";
}

}  // namespace normalize
