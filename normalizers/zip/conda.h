#pragma once

#include <set>
#include <string>

#include "normalizers/package/conda_paths.h"
#include "normalizers/zip/repack.h"

namespace normalize::zip {

/// The names of a .conda file's two archives (CEP "conda package format v2"): what is installed,
/// and what tells of it.
bool is_conda_files(std::string_view name);
bool is_conda_info(std::string_view name);

/// Watches what becomes of the one archive, and has info/paths.json in the other follow.
class CondaFile final : public Overseer {
 public:
  explicit CondaFile(Context& context) : context_(context) {}

  /// Takes in that a member of the .conda file has been put in place.
  void replaced(std::string_view member) { replaced_.emplace(member); }
  /// Throws FormatError where info/paths.json should have followed and did not. The last call.
  void check() const;

  std::optional<Content> decide(std::string_view path, Source& member) override;
  void changed(std::string_view path, ByteView before, const Content& after) override;
  void left(std::string_view path) override;

 private:
  bool files_were_replaced() const;

  Context& context_;
  package::CondaPaths paths_;
  std::set<std::string, std::less<>> replaced_;
  bool info_was_opened_ = false, info_has_to_change_ = false, info_was_left_ = false;
};

}  // namespace normalize::zip
