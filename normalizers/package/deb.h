#pragma once

#include <map>
#include <set>
#include <string>

#include "normalizers/ar/members.h"
#include "normalizers/context.h"

namespace normalize::package {

/// A .deb, .udeb or .ipk (deb(5)): an ar archive whose control archive has MD5 sums of the files in
/// its data archive. Settle the data first and the control archive after it.
class Deb final : public Overseer {
 public:
  /// Whether an archive with such a first member is one.
  static bool begins_with(const ar::Member& first);

  /// The arguments outlive the object.
  Deb(const ar::Member& first, Context& context);

  /// A signature that covers the other members: dpkg-sig's, debsigs'.
  static bool is_signature(std::string_view member) { return member.starts_with("_gpg"); }
  static bool is_control(std::string_view member) { return member.starts_with("control.tar"); }
  static bool is_data(std::string_view member) { return member.starts_with("data.tar"); }

  /// The new content of a member; unset where it stays. Throws FormatError where the sums are not
  /// true, or cannot be made to follow.
  std::optional<Content> settle(const ar::Member& member);

  std::optional<Content> decide(std::string_view path, Source& member) override;
  const Rules* rules(std::string_view path) const override;
  void changed(std::string_view path, ByteView before, const Content& after) override;
  void left(std::string_view path) override;

 private:
  struct Sums {
    std::string before, after;  // hexadecimal MD5
  };

  std::optional<Content> settle_data(const ar::Member& member);
  std::optional<Content> settle_control(const ar::Member& member);
  bool any_changed() const { return !changed_.empty() || !unclear_.empty(); }
  /// The sums, as md5sums has them, of files that stay.
  std::set<std::string_view> sums_that_stay(std::string_view md5sums) const;
  std::string new_sum(std::string_view file, std::string_view sum,
                      const std::set<std::string_view>& staying) const;
  /// A line of md5sums, its end not included, as it becomes.
  std::string settle_line(std::string_view line, const std::set<std::string_view>& staying) const;

  Context& context_;
  const Rules rules_;           // of the two archives, not of what is in them
  std::string data_, control_;  // paths of the files in each: "data.tar.xz!data.tar!"
  std::map<std::string, Sums, std::less<>> changed_;  // by path, files of the data archive
  std::set<std::string, std::less<>> left_;           // likewise
  /// Paths with '!' that changed: of members of a file, or of a file that has such a name.
  std::set<std::string, std::less<>> unclear_;
  bool control_opened_ = false;
  bool sums_follow_ = false, control_follows_ = false;  // md5sums, and the archive it is in
};

}  // namespace normalize::package
