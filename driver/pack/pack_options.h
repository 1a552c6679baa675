#pragma once

#include "driver/options/tree_options.h"
#include "driver/pack/package_writer.h"
#include "driver/sandbox/run_access.h"

namespace normalize {

/// What both commands take that write packages.
struct PackOptions {
  TreeOptions tree;
  std::string output;
  std::string reference;  // empty where there is none
  RsyncMode mode = RsyncMode::best;
};

/// `options` outlives the parser.
void add_pack_options(OptionParser& parser, PackOptions& options);

/// The packer they ask for. Throws UsageError.
std::unique_ptr<Packer> packer_for(const PackOptions& options);
/// What a run reaches that packs the paths of its task.
Access pack_access(const PackOptions& options);
/// The package to take segments from; null where there is none. Throws as Reference does.
std::unique_ptr<Reference> reference_for(const PackOptions& options);

/// Tells of a package that is there now: on standard output what it holds, on standard error what
/// there is to say of `files`. Returns the exit status.
int tell_package(const PackOptions& options, std::string_view command,
                 const PackageWriter::Counts& counts, std::uint64_t package_bytes,
                 std::vector<FileReport> files);

}  // namespace normalize
