#include "driver/report/text.h"

#include <algorithm>

#include "driver/report/causes.h"
#include "driver/report/escape.h"
#include "driver/report/words.h"
#include "driver/standard_streams.h"

namespace normalize {
namespace {

constexpr std::string_view kBold = "\x1b[1m", kPlain = "\x1b[0m";
/// So many places are shown for each cause.
constexpr std::uint64_t kExamples = 3;

void append_path(std::string& out, const std::string& escaped, const TextStyle& style) {
  if (style.color) out += kBold;
  out += escaped;
  if (style.color) out += kPlain;
  out += ": ";
}

void append_finding(std::string& out, const FileReport& file, const Finding& finding,
                    const TextStyle& style) {
  append_path(out, escape(full_path(file, finding.member)), style);
  if (!finding.format.empty()) out.append(finding.format).append(": ");
  out.append(finding.field->name).append(": ");
  out += shown_change(finding);
  if (!finding.field->hint.empty()) out.append(" (").append(finding.field->hint).append(")");
  out += '\n';
}

/// How often one field changed in a file.
struct FieldCount {
  std::string_view format;
  const Field* field;
  std::size_t count;
};

/// In the order of their first change. The fields are constants of the formats, so few.
std::vector<FieldCount> count_fields(const Findings& findings) {
  std::vector<FieldCount> counts;
  for (const Finding& finding : findings) {
    const auto found = std::ranges::find_if(counts, [&](const FieldCount& count) {
      return count.field->name == finding.field->name && count.format == finding.format;
    });
    if (found == counts.end())
      counts.push_back({finding.format, finding.field, 1});
    else
      ++found->count;
  }
  return counts;
}

/// "5 fields (DOS time ×4, order)"
std::string field_summary(const FileReport& file) {
  std::string fields;
  for (const FieldCount& each : count_fields(file.journal.findings)) {
    if (!fields.empty()) fields += ", ";
    if (each.format != file.format) fields.append(each.format).append(" ");
    fields += each.field->name;
    if (each.count > 1) fields.append(" ×").append(std::to_string(each.count));
  }
  return counted(file.journal.findings.size(), "field", "fields") + " (" + fields + ")";
}

void append_file(std::string& out, const FileReport& file, const TextStyle& style) {
  if (file.outcome == FileReport::Outcome::changed) {
    if (style.every_finding && !file.journal.findings.empty()) {
      for (const Finding& finding : file.journal.findings)
        append_finding(out, file, finding, style);
    } else {
      append_path(out, escape(file.path), style);
      out.append(file.format).append(": ").append(field_summary(file)).append("\n");
    }
  }
  if (file.time && style.every_finding) append_finding(out, file, file.time->finding(), style);
  if (file.link) append_finding(out, file, file.link->finding(), style);
}

/// "gzip MTIME: 3 findings in 2 files; stop it: gzip -n"
void append_cause(std::string& out, const Cause& cause, const TextStyle& style) {
  append_path(out, cause_name(cause.format, *cause.field), style);
  out += counted(cause.findings, "finding", "findings") + " in " +
         counted(cause.files, "file", "files");
  out += advice(*cause.field) + "\n";
}

void write_causes(const RunReport& report, const TextStyle& style, Output& out) {
  Causes causes = causes_of(report);
  std::vector<std::vector<std::string>> examples(causes.size());
  for (const FileReport& file : report.files)
    for_each_finding(file, [&](const Finding& finding) {
      std::vector<std::string>& places = examples[causes.number_of(finding)];
      if (places.size() < kExamples)
        places.push_back(escape(full_path(file, finding.member)) + ": " + shown_change(finding));
    });
  for (const std::size_t number : by_frequency(causes)) {
    append_cause(out.text(), causes[number], style);
    for (const std::string& place : examples[number]) out << "    " << place << "\n";
    if (causes[number].findings > kExamples)
      out << "    … " << std::to_string(causes[number].findings - kExamples) << " more (-v)\n";
  }
}

struct Label {
  std::string_view text, color;
};

Label label(Remark::Kind kind) {
  switch (kind) {
    case Remark::Kind::note:
      return {"note", "\x1b[1;36m"};
    case Remark::Kind::damaged:
      return {"warning", "\x1b[1;35m"};
    case Remark::Kind::failed:
      break;
  }
  return {"error", "\x1b[1;31m"};
}

void append_diagnostic(std::string& out, Remark::Kind kind, std::string_view escaped, bool color) {
  const Label tag = label(kind);
  out += "normalize: ";
  if (color) out += tag.color;
  out.append(tag.text).append(":");
  if (color) out += kPlain;
  out.append(" ").append(escaped).append("\n");
}

/// Line by line, indented, so that no line of it can be taken for one of ours.
void append_detail(std::string& out, std::string_view detail) {
  while (!detail.empty()) {
    const std::string_view line = detail.substr(0, detail.find('\n'));
    out.append("  ").append(escape(line)).append("\n");
    detail.remove_prefix(std::min(line.size() + 1, detail.size()));
  }
}

}  // namespace

std::string file_text(const FileReport& file, const TextStyle& style) {
  std::string text;
  append_file(text, file, style);
  return text;
}

std::string summary_line(const Summary& summary, bool check) {
  std::string line = counted(summary.files, "file", "files") + ", " +
                     std::to_string(summary.claimed) + " recognized: ";
  std::string parts;
  const auto add = [&](std::uint64_t count, const std::string& text) {
    if (count > 0) parts.append(parts.empty() ? "" : ", ").append(text);
  };
  const std::string_view would = check ? " would change" : " changed";
  add(summary.changed, std::to_string(summary.changed) + std::string(would));
  add(summary.times_changed,
      counted(summary.times_changed, "time on disk", "times on disk") + std::string(would));
  add(summary.linked, std::to_string(summary.linked) +
                          (check ? " would be hard-linked (" : " hard-linked (") +
                          counted(summary.bytes_saved, "byte", "bytes") + " less)");
  if (parts.empty()) parts = "nothing to change";
  add(summary.damaged, std::to_string(summary.damaged) + " damaged");
  add(summary.failed, std::to_string(summary.failed) + " failed");
  add(summary.known, counted(summary.known, "finding", "findings") + " known");
  add(summary.leftovers_removed,
      counted(summary.leftovers_removed, "leftover", "leftovers") + " of interrupted runs removed");
  return line + parts;
}

void write_text(const RunReport& report, const TextStyle& style, Output& out) {
  if (style.check && !style.every_finding)
    write_causes(report, style, out);
  else
    for (const FileReport& file : report.files) {
      append_file(out.text(), file, style);
      out.settle();
    }
  out << summary_line(report.summary, style.check) << "\n";
}

void print_text(const RunReport& report, const TextStyle& style) {
  Output out([](std::string_view text) { write_standard_output(text); });
  write_text(report, style, out);
  out.flush();
}

std::string text_diagnostics(const RunReport& report, const DiagnosticStyle& style) {
  std::string out;
  for (const FileReport& file : report.files) {
    for (const Remark& remark : file.journal.remarks) {
      if (!style.notes && remark.kind == Remark::Kind::note) continue;
      append_diagnostic(out, remark.kind,
                        escape(full_path(file, remark.member) + ": " + remark.text), style.color);
      if (style.details) append_detail(out, remark.detail);
    }
    if (!file.error.empty())
      append_diagnostic(out, Remark::Kind::failed,
                        escape(file.path) + ": " + escape(file.error) + "; left as it was",
                        style.color);
  }
  return out;
}

std::string diagnostic(Remark::Kind kind, std::string_view text, bool color) {
  std::string out;
  append_diagnostic(out, kind, escape(text), color);
  return out;
}

}  // namespace normalize
