#include "driver/report/baseline.h"

#include <algorithm>

#include "driver/report/causes.h"
#include "driver/report/json.h"
#include "driver/report/words.h"
#include "driver/usage_error.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

KnownFinding name_of(const FileReport& file, const Finding& finding) {
  return {full_path(file, finding.member), std::string(finding.format),
          std::string(finding.field->name)};
}

std::size_t count_findings(const FileReport& file) {
  return file.journal.findings.size() + file.time.has_value() + file.link.has_value();
}

bool has_something_to_say(const FileReport& file) {
  return count_findings(file) > 0 || !file.journal.remarks.empty() ||
         file.outcome == FileReport::Outcome::changed ||
         file.outcome == FileReport::Outcome::damaged ||
         file.outcome == FileReport::Outcome::failed;
}

}  // namespace

Baseline::Baseline(const RunReport& report) {
  for (const FileReport& file : report.files)
    for_each_finding(
        file, [&](const Finding& finding) { known_.emplace(name_of(file, finding), false); });
}

Baseline::Baseline(std::string_view text, const std::string& file) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    try {
      for (KnownFinding& known : read_known_findings(line)) known_.emplace(std::move(known), false);
    } catch (const FormatError& error) {
      throw UsageError("--baseline: " + file + ", line " + std::to_string(number) + ": " +
                       error.what());
    }
  }
}

std::string Baseline::text() const {
  std::string text;
  for (const auto& [known, met] : known_) {
    JsonWriter json(text);
    json.open_object();
    json.text("path", known.path);
    json.text("format", known.format);
    json.text("field", known.field);
    json.close_object();
    text += '\n';
  }
  return text;
}

bool Baseline::knows(const FileReport& file, const Finding& finding) {
  const auto found = known_.find(name_of(file, finding));
  if (found == known_.end()) return false;
  found->second = true;
  return true;
}

void Baseline::accept(FileReport& file) {
  Findings unknown;
  for (const Finding& finding : file.journal.findings)
    if (!knows(file, finding)) unknown.push_back(finding);
  if (file.time && knows(file, file.time->finding())) file.time.reset();
  if (file.link && knows(file, file.link->finding())) file.link.reset();
  if (unknown.size() == file.journal.findings.size()) return;
  file.journal.findings = std::move(unknown);
  if (file.journal.findings.empty() && file.outcome == FileReport::Outcome::changed)
    file.outcome = FileReport::Outcome::already_normal;
}

void Baseline::accept(RunReport& report) {
  for (FileReport& file : report.files) {
    const std::size_t before = count_findings(file);
    accept(file);
    report.summary.known += before - count_findings(file);
  }
  std::erase_if(report.files, [](const FileReport& file) { return !has_something_to_say(file); });
}

std::vector<std::string> Baseline::unmet() const {
  std::vector<std::string> texts;
  for (const auto& [known, met] : known_)
    if (!met)
      texts.push_back(known.path + ": " + known.format + (known.format.empty() ? "" : " ") +
                      known.field);
  return texts;
}

}  // namespace normalize
