#include "driver/report/jsonl.h"

#include "driver/report/json.h"
#include "driver/report/words.h"
#include "normalizers/codec/recipes.h"
#include "normalizers/version.h"

namespace normalize {
namespace {

std::string_view name_of(FileReport::Outcome outcome) {
  switch (outcome) {
    case FileReport::Outcome::not_ours:
      return "not_ours";
    case FileReport::Outcome::already_normal:
      return "already_normal";
    case FileReport::Outcome::changed:
      return "changed";
    case FileReport::Outcome::damaged:
      return "damaged";
    case FileReport::Outcome::failed:
      break;
  }
  return "failed";
}

std::string_view name_of(Remark::Kind kind) {
  switch (kind) {
    case Remark::Kind::note:
      return "note";
    case Remark::Kind::damaged:
      return "damaged";
    case Remark::Kind::failed:
      break;
  }
  return "failed";
}

void text_if_any(JsonWriter& json, std::string_view key, std::string_view value) {
  if (!value.empty()) json.text(key, value);
}

void write_path(JsonWriter& json, const FileReport& file, std::string_view member) {
  json.text("path", full_path(file, member));
}

void write_change(JsonWriter& json, const Finding& finding) {
  text_if_any(json, "format", finding.format);
  json.text("field", finding.field->name);
  json.text("before", finding.before);
  json.text("after", finding.after);
  text_if_any(json, "hint", finding.field->hint);
  if (finding.field->origin == Field::Origin::follows) json.boolean("follows", true);
}

void write_findings(JsonWriter& json, const FileReport& file, Output& out) {
  if (file.journal.findings.empty()) return;
  json.open_array("findings");
  for (const Finding& finding : file.journal.findings) {
    json.open_object();
    write_path(json, file, finding.member);
    write_change(json, finding);
    json.close_object();
    out.settle();  // one file can have a hundred thousand
  }
  json.close_array();
}

void write_remarks(JsonWriter& json, const FileReport& file) {
  if (file.journal.remarks.empty()) return;
  json.open_array("remarks");
  for (const Remark& remark : file.journal.remarks) {
    json.open_object();
    json.text("kind", name_of(remark.kind));
    write_path(json, file, remark.member);
    json.text("text", remark.text);
    if (!remark.detail.empty()) json.text("detail", remark.detail);
    json.close_object();
  }
  json.close_array();
}

void write_disk_change(JsonWriter& json, std::string_view key,
                       const std::optional<DiskChange>& change) {
  if (!change) return;
  json.open_object(key);
  write_change(json, change->finding());
  json.close_object();
}

void write_file(Output& out, const FileReport& file) {
  JsonWriter json(out.text());
  json.open_object();
  json.text("type", "file");
  json.text("path", file.path);
  json.text("outcome", name_of(file.outcome));
  text_if_any(json, "format", file.format);
  write_findings(json, file, out);
  write_remarks(json, file);
  text_if_any(json, "error", file.error);
  write_disk_change(json, "time", file.time);
  write_disk_change(json, "link", file.link);
  json.close_object();
  out << "\n";
}

void write_summary(JsonWriter& json, const Summary& summary, const RunFacts& facts) {
  json.open_object();
  json.text("type", "summary");
  json.text("command", facts.command);
  json.text("version", program_version());
  json.number("canon", std::int64_t{kCanon});
  if (facts.epoch)
    json.number("epoch", *facts.epoch);
  else
    json.null("epoch");
  json.number("files", summary.files);
  json.number("folders", summary.folders);
  json.number("others", summary.others);
  json.number("claimed", summary.claimed);
  json.number("changed", summary.changed);
  json.number("damaged", summary.damaged);
  json.number("failed", summary.failed);
  json.number("times_changed", summary.times_changed);
  json.number("linked", summary.linked);
  json.number("bytes_saved", summary.bytes_saved);
  json.number("known", summary.known);
  json.number("leftovers_removed", summary.leftovers_removed);
  json.number("exit_status", std::int64_t{facts.exit_status});
  json.close_object();
}

}  // namespace

void write_jsonl(const RunReport& report, const RunFacts& facts, Output& out) {
  for (const FileReport& file : report.files) write_file(out, file);
  JsonWriter json(out.text());
  write_summary(json, report.summary, facts);
  out << "\n";
}

}  // namespace normalize
