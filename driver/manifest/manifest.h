#pragma once

#include "driver/manifest/specification.h"
#include "driver/report/options.h"

namespace normalize {

/// A tree's specification, and what there is to say of its files besides.
struct Manifest {
  std::string text;
  std::vector<FileReport> reports;

  bool complete() const;  // whether no name failed
};

/// The specification of all names of `tree`, made on `jobs` workers. `told` is called for each as
/// it is described, by any thread; may be empty.
Manifest make_manifest(
    const NormalTree& tree, const std::vector<Keyword>& keywords, Flavour flavour, unsigned jobs,
    const std::function<void(std::size_t index, const Described&)>& told = nullptr);

/// What --flavour takes.
const std::map<std::string, Flavour>& flavour_words();

/// What a tree's digest is the digest of: the manifest by these keywords, of flavour `netbsd`.
/// Neither owners nor times are among them.
std::vector<Keyword> hash_keywords();

/// Says on standard error what went wrong. Returns the exit status of that: kNormal or kError.
int tell_reports(std::vector<FileReport> reports, const ReportOptions& options);

}  // namespace normalize
