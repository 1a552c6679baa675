// Sections are those of SARIF 2.1.0, errata 01.

#include "driver/report/sarif.h"

#include <array>

#include "driver/report/causes.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/json.h"
#include "driver/report/words.h"
#include "normalizers/version.h"

namespace normalize {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Section 3.49; GitHub wants all of it.
struct Rule {
  std::string id;
  std::string_view level;
  std::string brief, full, help;
};

/// What is no finding has rules too, told before those of causes, in the order of Remark::Kind.
std::array<Rule, 3> remark_rules() {
  return {{{"left-alone", "note", "Left alone", "A file or member is left as it was, and why.",
            "Signed, encrypted and unknown content is not touched; nothing has to be done."},
           {"damaged", "warning", "Damaged",
            "A file or member is malformed, or past a limit, and was left as it was.",
            "Look at what writes the file: other programs may refuse it too."},
           {"failed", "error", "Failed", "A file could not be normalized, and was left as it was.",
            "The message has the system's own words, or what did not pass verification."}}};
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// RFC 3986 section 2.1; of a relative path a relative reference (3.4.3). Any byte has its place.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (is_unreserved(c) || c == '/') {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return uri;
}

/// "zip/last-mod-file-time": what can be typed into the settings of a service.
std::string rule_id(std::string_view format, const Field& field) {
  std::string id = format.empty() ? "" : std::string(format) + "/";
  for (const char c : field.name) {
    if (is_unreserved(c) || c == '@')
      id += c;
    else if (!id.ends_with('-'))
      id += '-';
  }
  return id;
}

/// Section 3.11
void write_message(JsonWriter& json, std::string_view key, std::string_view text) {
  json.open_object(key);
  json.text("text", text);
  json.close_object();
}

void write_rule(JsonWriter& json, const Rule& rule) {
  json.open_object();
  json.text("id", rule.id);
  write_message(json, "shortDescription", rule.brief);
  write_message(json, "fullDescription", rule.full);
  write_message(json, "help", rule.help);
  json.open_object("defaultConfiguration");
  json.text("level", rule.level);
  json.close_object();
  json.close_object();
}

std::string help_of(const Field& field) {
  if (field.origin == Field::Origin::follows)
    return "It follows what it covers: once that is the same in every build, so is this.";
  return field.hint.empty() ? "normalize apply settles it."
                            : "To stop it where it is written: " + escape(field.hint) + ".";
}

Rule rule_of(const Cause& cause) {
  const std::string name = cause_name(cause.format, *cause.field);
  return {rule_id(cause.format, *cause.field), "warning", name,
          name + " tells when, where, by whom or in what order a build ran, not what was built.",
          help_of(*cause.field)};
}

/// Section 3.19
void write_driver(JsonWriter& json, const Causes& causes) {
  json.open_object("driver");
  json.text("name", "normalize");
  json.text("semanticVersion", program_version());
  json.open_array("rules");
  for (const Rule& rule : remark_rules()) write_rule(json, rule);
  for (const Cause& cause : causes) write_rule(json, rule_of(cause));
  json.close_array();
  json.close_object();
}

/// Section 3.20
void write_invocation(JsonWriter& json, const RunFacts& facts) {
  json.open_array("invocations");
  json.open_object();
  json.boolean("executionSuccessful", facts.exit_status != ExitStatus::kError);
  json.number("exitCode", std::int64_t{facts.exit_status});
  json.close_object();
  json.close_array();
}

/// Sections 3.28 to 3.33
void write_location(JsonWriter& json, const FileReport& file, std::string_view member) {
  json.open_array("locations");
  json.open_object();
  json.open_object("physicalLocation");
  json.open_object("artifactLocation");
  json.text("uri", uri_of(file.path));
  json.close_object();
  json.close_object();
  if (!member.empty()) {
    json.open_array("logicalLocations");
    json.open_object();
    json.text("fullyQualifiedName", escape(full_path(file, member)));
    json.text("kind", "member");
    json.close_object();
    json.close_array();
  }
  json.close_object();
  json.close_array();
}

/// Section 3.27
struct Result {
  std::string rule;
  std::size_t rule_index;
  std::string_view level;
  std::string_view member;
  std::string text;
};

class Results {
 public:
  Results(JsonWriter& json, Causes& causes, Output& out)
      : json_(json), causes_(causes), out_(out) {}

  void add(const FileReport& file) {
    for_each_finding(file, [&](const Finding& finding) {
      write(file, {rule_id(finding.format, *finding.field),
                   remark_rules_.size() + causes_.number_of(finding), "warning", finding.member,
                   cause_name(finding.format, *finding.field) + ": " + shown_change(finding)});
    });
    for (const Remark& remark : file.journal.remarks)
      add(file, remark.kind, remark.member, remark.text);
    if (!file.error.empty()) add(file, Remark::Kind::failed, "", file.error + "; left as it was");
  }

 private:
  void add(const FileReport& file, Remark::Kind kind, std::string_view member,
           std::string_view text) {
    const auto index = static_cast<std::size_t>(kind);
    write(file, {remark_rules_[index].id, index, remark_rules_[index].level, member, escape(text)});
  }

  void write(const FileReport& file, const Result& result) {
    json_.open_object();
    json_.text("ruleId", result.rule);
    json_.number("ruleIndex", std::uint64_t{result.rule_index});
    json_.text("level", result.level);
    write_message(json_, "message", result.text);
    write_location(json_, file, result.member);
    json_.close_object();
    out_.settle();
  }

  const std::array<Rule, 3> remark_rules_ = remark_rules();
  JsonWriter& json_;
  Causes& causes_;
  Output& out_;
};

}  // namespace

void write_sarif(const RunReport& report, const RunFacts& facts, Output& out) {
  Causes causes = causes_of(report);
  JsonWriter json(out.text());
  json.open_object();
  json.text("$schema", kSchema);
  json.text("version", "2.1.0");
  json.open_array("runs");
  json.open_object();
  json.open_object("tool");
  write_driver(json, causes);
  json.close_object();
  write_invocation(json, facts);
  json.open_array("results");
  Results results(json, causes, out);
  for (const FileReport& file : report.files) results.add(file);
  json.close_array();
  json.close_object();
  json.close_array();
  json.close_object();
  out << "\n";
}

}  // namespace normalize
