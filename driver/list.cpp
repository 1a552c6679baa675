#include "driver/commands.h"
#include "driver/report/exit_status.h"
#include "driver/report/json.h"
#include "driver/standard_streams.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

/// A column for the kind of thing, since rules will stand here beside formats.
std::string list_line(std::string_view kind, std::string_view name, ReportOptions::Format format) {
  std::string line;
  if (format == ReportOptions::Format::text) {
    line.append(kind).append(" ").append(name);
  } else {
    JsonWriter json(line);
    json.open_object();
    json.text("type", kind);
    json.text("name", name);
    json.close_object();
  }
  return line + "\n";
}

}  // namespace

int list_formats(const Options& options) {
  std::string text;
  for (const auto& normalizer : all_normalizers())
    text += list_line("format", normalizer->name(), options.report.format);
  write_standard_output(text);
  return ExitStatus::kNormal;
}

}  // namespace normalize
