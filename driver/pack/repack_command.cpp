#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "driver/pack/commands.h"
#include "driver/pack/other_archive.h"
#include "driver/pack/pack_options.h"
#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/report/progress.h"
#include "driver/run_rules.h"
#include "driver/standard_streams.h"
#include "driver/tree/file_source.h"
#include "driver/tree/paths.h"
#include "normalizers/error.h"
#include "normalizers/normalize.h"
#include "normalizers/tar/archive.h"
#include "normalizers/unpack_filters.h"

namespace normalize {
namespace {

/// The archive in a file, packed or not, as a tar in its normal form.
class NormalArchive {
 public:
  /// Throws std::system_error, or std::runtime_error where it is no whole archive.
  NormalArchive(const std::string& path, const Rules& rules, Services* services) {
    report_.path = path;
    const Descriptor file = open_path(path, O_RDONLY);
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) throw_errno(path);
    FileSource source(file.get(), static_cast<std::uint64_t>(status.st_size));
    try {
      const ByteView packed = source.all();
      tar_ = is_other_archive(packed)
                 ? tar_of(packed, rules.limits)
                 : unpack_filters(packed, rules.limits.expanded_bytes(packed.size()));
      if (is_other_archive(tar_)) tar_ = tar_of(tar_, rules.limits);
      normalize(rules, services);
    } catch (const FormatError& error) {
      throw std::runtime_error(path + ": " + error.what());
    } catch (const LimitError& error) {
      throw std::runtime_error(path + ": " + error.what());
    }
  }

  ByteView bytes() const { return bytes_; }
  const FileReport& report() const { return report_; }

 private:
  void normalize(const Rules& rules, Services* services) {
    WholeSource source(tar_);
    const Normalizer& tar = *normalizer_named("tar");
    if (!tar.recognizes({report_.path, source.head(), source}))
      throw FormatError(0, "is no archive that we read: tar or cpio, packed or not, zip or 7-Zip");
    Result result = normalize_as(tar, report_.path, source, rules, nullptr, services);
    if (result.outcome == Result::Outcome::damaged)
      throw FormatError(0, result.journal.remarks.front().text);
    report_.format = "tar";
    report_.journal = std::move(result.journal);
    if (result.outcome == Result::Outcome::changed) {
      report_.outcome = FileReport::Outcome::changed;
      content_ = std::move(result.content);
    } else {
      content_ = Content::view(tar_);
    }
    bytes_ = content_.contiguous(gathered_);
  }

  Buffer tar_, gathered_;
  Content content_;
  ByteView bytes_;
  FileReport report_;
};

/// Where each member ends is where the next begins.
void write_members(ByteView bytes, PackageWriter& out, Progress* progress) {
  const tar::Archive archive = tar::read_archive(bytes);
  const auto& entries = archive.entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t end =
        i + 1 < entries.size() ? entries[i + 1].offset : bytes.size() - archive.ending.size();
    const ByteView member = bytes.subspan(entries[i].offset, end - entries[i].offset);
    out.begin(entries[i].name, member.size(), entries[i].is_file());
    out.add(member);
    passed_over(member.size());
    add_progress(progress, member.size());
  }
  out.add(archive.ending);
}

}  // namespace

int run_repack(const std::vector<std::string>& words) {
  ::setenv("TZ", "UTC0", 1);  // libarchive takes a zip's times for local ones
  PackOptions options;
  OptionParser parser(
      "Packs an archive, normalized, so that rsync sends little when little changed: a tar or "
      "cpio, "
      "packed by gzip, xz, zstd, bzip2, lz4, compress or nothing; a zip; a 7-Zip archive.",
      "normalize repack [OPTION]... ARCHIVE -o PACKAGE");
  add_pack_options(parser, options);
  OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  check_tree_options(options.tree, parsed.paths, 1, 1, "one archive");
  const std::unique_ptr<Packer> packer = packer_for(options);
  const RunRules settled = settle_rules(parser, options.tree.rules, options.tree.epoch,
                                        parsed.paths, options.tree.report);
  const auto services = services_for(settled.rules, 1, options.tree.plugins);
  options.tree.task.paths = parsed.paths;
  confine_run(pack_access(options));
  std::optional<Progress> progress;
  if (!options.tree.report.quiet) progress.emplace(STDERR_FILENO).begin("unpacking");

  const NormalArchive archive(parsed.paths.front(), settled.rules, services.get());
  const std::unique_ptr<Reference> reference = reference_for(options);
  if (progress) progress->begin("packing", 0, archive.bytes().size());
  OutputFile out(options.output);
  const unsigned jobs = options.tree.task.jobs;
  WorkerPool pool(jobs);
  PackageWriter package(out, *packer, reference.get(), pool, jobs);
  write_members(archive.bytes(), package, progress ? &*progress : nullptr);
  package.finish();
  out.commit();
  progress.reset();
  return tell_package(options, "repack", package.counts(), out.size(), {archive.report()});
}

}  // namespace normalize
