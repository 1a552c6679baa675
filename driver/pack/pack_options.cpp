#include "driver/pack/pack_options.h"

#include "driver/manifest/manifest.h"
#include "driver/report/escape.h"
#include "driver/report/json.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"

namespace normalize {
namespace {

std::string text_line(const PackOptions& options, const PackageWriter::Counts& counts,
                      std::uint64_t package_bytes) {
  std::string text = escape(options.output) + ": " + std::to_string(counts.bytes) +
                     " bytes packed to " + std::to_string(package_bytes) + " in " +
                     std::to_string(counts.segments) +
                     (counts.segments == 1 ? " segment" : " segments");
  if (!options.reference.empty()) text += ", " + std::to_string(counts.reused) + " of them reused";
  return text + "\n";
}

std::string json_line(const PackOptions& options, std::string_view command,
                      const PackageWriter::Counts& counts, std::uint64_t package_bytes) {
  std::string line;
  JsonWriter json(line);
  json.open_object();
  json.text("type", "package");
  json.text("command", command);
  json.text("path", options.output);
  json.number("tar_bytes", counts.bytes);
  json.number("bytes", package_bytes);
  json.number("segments", std::uint64_t{counts.segments});
  json.number("reused", std::uint64_t{counts.reused});
  json.close_object();
  return line + "\n";
}

}  // namespace

void add_pack_options(OptionParser& parser, PackOptions& options) {
  parser.add("-o,--output", "PACKAGE",
             "What to write: its name ends in .tar, .tar.gz, .tgz, .tar.zst or .tar.xz",
             [&](const std::string& text) { options.output = text; });
  parser.add_choice<RsyncMode>(
      "--rsync", "FOR",
      "best (default): a change sends the fewest bytes; small: a smaller package; openbsd: a part "
      "for every 16 files; off: cut by size alone",
      options.mode,
      {{"best", RsyncMode::best},
       {"off", RsyncMode::off},
       {"openbsd", RsyncMode::openbsd},
       {"small", RsyncMode::small}});
  parser.add("--reference", "OLD",
             "An older package, .tar.gz: what is the same in it is taken as it is packed there",
             [&](const std::string& text) { options.reference = text; });
  add_tree_options(parser, options.tree);
}

std::unique_ptr<Packer> packer_for(const PackOptions& options) {
  if (options.output.empty()) throw UsageError("-o: tell what to write");
  std::unique_ptr<Packer> packer = packer_for(options.output, options.mode);
  if (!options.reference.empty() && !packer->can_refer())
    throw UsageError("--reference: is for .tar.gz, without --rsync=openbsd");
  return packer;
}

Access pack_access(const PackOptions& options) {
  Access access = access_for(options.tree.task, options.tree.plugins);
  add_output(access, options.output);
  if (!options.reference.empty()) access.read.push_back(options.reference);
  return access;
}

std::unique_ptr<Reference> reference_for(const PackOptions& options) {
  if (options.reference.empty()) return nullptr;
  return std::make_unique<Reference>(options.reference);
}

int tell_package(const PackOptions& options, std::string_view command,
                 const PackageWriter::Counts& counts, std::uint64_t package_bytes,
                 std::vector<FileReport> files) {
  const ReportOptions& report = options.tree.report;
  if (report.format == ReportOptions::Format::jsonl)
    write_standard_output(json_line(options, command, counts, package_bytes));
  else if (!report.quiet)
    write_standard_output(text_line(options, counts, package_bytes));
  return tell_reports(std::move(files), report);
}

}  // namespace normalize
