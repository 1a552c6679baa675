#pragma once

#include <map>
#include <string>

#include "normalizers/context.h"

namespace normalize::package {

/// The name of the first member of the tar archive that `payload` is or begins; empty where it is
/// none. No signature and no control file of Alpine has a name of a header's length.
std::string first_member(ByteView payload);

/// A package of Alpine in three gzip members: a signature, control files and data. The tar archives
/// in the latter two go through the registry by its methods, the data first; what .PKGINFO tells of
/// the data follows.
class AlpinePackage final : public Overseer {
 public:
  /// `control` and `data` are what those members unpack to, `packed_data` is the last one as it
  /// stands. All outlive the object, and so does `context`, that of the gzip file.
  AlpinePackage(ByteView control, ByteView data, ByteView packed_data, Context& context);

  Content settle_data();
  /// `packed_data` is the last member as it has become. Throws FormatError where the package does
  /// not tell the truth about what that was before.
  Content settle_control(const Content& packed_data);

  std::optional<Content> decide(std::string_view path, Source& member) override;
  const Rules* rules(std::string_view path) const override;
  void changed(std::string_view path, ByteView before, const Content& after) override;
  void left(std::string_view path) override;

 private:
  /// Forgets what was said of a member's own members: it is in what is said of the member.
  void forget_below(std::string_view path);
  std::int64_t size_change() const;
  std::string settle_datahash(std::string_view line, std::string_view value);

  const ByteView control_, data_, packed_data_;
  Context& context_;
  const Rules data_rules_;
  Content packed_data_after_;
  std::map<std::string, std::int64_t, std::less<>> size_changes_;  // by path
};

}  // namespace normalize::package
