#include "driver/manifest/manifest.h"

#include <algorithm>

#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/standard_streams.h"

namespace normalize {

bool Manifest::complete() const {
  return std::ranges::none_of(reports, [](const FileReport& report) {
    return report.outcome == FileReport::Outcome::failed;
  });
}

Manifest make_manifest(const NormalTree& tree, const std::vector<Keyword>& keywords,
                       Flavour flavour, unsigned jobs,
                       const std::function<void(std::size_t index, const Described&)>& told) {
  const std::vector<std::string> algorithms = algorithms_of(keywords);
  std::vector<std::string> words(tree.size());
  Manifest manifest;
  manifest.reports =
      describe(tree, algorithms, jobs, [&](std::size_t index, const Described& described) {
        words[index] = specification_words(described, keywords, algorithms, flavour);
        if (told) told(index, described);
      });
  SpecificationWriter writer(flavour);
  for (std::size_t i = 0; i < tree.size(); ++i)
    if (!words[i].empty()) writer.add(tree.path(i), words[i]);
  manifest.text = std::move(writer).finish();
  return manifest;
}

const std::map<std::string, Flavour>& flavour_words() {
  static const std::map<std::string, Flavour> words{{"freebsd", Flavour::freebsd},
                                                    {"libarchive", Flavour::libarchive},
                                                    {"netbsd", Flavour::netbsd}};
  return words;
}

std::vector<Keyword> hash_keywords() {
  return {Keyword::type, Keyword::mode, Keyword::link, Keyword::device, Keyword::sha256};
}

int tell_reports(std::vector<FileReport> reports, const ReportOptions& options) {
  RunReport report;
  report.files = std::move(reports);
  write_standard_error(
      text_diagnostics(report, {!options.quiet, options.verbose, color_on_stderr(options)}));
  return exit_status(report, false, false);
}

}  // namespace normalize
