#pragma once

#include <string>

#include "normalizers/context.h"
#include "normalizers/tar/archive.h"

namespace normalize::tar {

/// What eleven octal digits hold.
inline constexpr TimeRange kMtimeRange{0, 077'777'777'777};

/// The permissions of an entry whose mode is `mode`: what a umask writes goes. Who makes a device
/// or a pipe, or sets one of the special bits, has chosen the others, too: 1777.
std::int64_t normal_mode(const Entry& entry, std::int64_t mode, Profile profile);

/// What a header tells of a member beside its name and content.
struct Stat {
  std::int64_t mode = 0, uid = 0, gid = 0, mtime = 0;
};
Stat stat_of(const Entry& entry);
/// What HeaderRewriter makes of it, for lists of members that have to follow.
Stat normal_stat(const Entry& entry, Owners owners, const Rules& rules);

/// What the rules, or a package that the archive is, make of headers.
struct HeaderTerms {
  Owners owners;
  Profile modes;
  bool keeps_style = false;  // in which numbers are written
};

/// What was changed all over an archive and is said once.
struct Restyling {
  bool numbers = false;  // written in another form
  bool padding = false;  // bytes behind names and data cleared
};

/// Whether the owner of a member decides what it may do once extracted: a program with the
/// set-user- or set-group-ID bit must not become root's.
bool owner_matters(const Entry& entry);

/// One header block on its way to its normal form.
class HeaderRewriter {
 public:
  /// The arguments outlive the object.
  HeaderRewriter(ByteView header, const Entry& entry, HeaderTerms terms, Restyling& restyling,
                 Context& context)
      : header_(header),
        block_(header.begin(), header.end()),
        entry_(entry),
        terms_(terms),
        restyling_(restyling),
        context_(context) {}

  /// Everything but size and checksum of a member's header. `mtime_changed()` afterwards says
  /// whether the time in whole seconds did.
  void settle_member();
  bool mtime_changed() const { return mtime_changed_; }
  /// The same for an extended or global header, which stands in for nothing on disk.
  void settle_extension();

  void set_size(std::uint64_t size) { put(kSize, static_cast<std::int64_t>(size)); }
  void keep_size() { put(kSize, number_of(block_, kSize).value_or(0)); }
  /// Turns a copy of a member's header into one of an extended header.
  void make_extended();
  void rename(const Field& field, const std::string& name);

  /// The block, its checksum made anew.
  const Bytes& finish();

 private:
  void settle_mode();
  void settle_owner();
  void settle_owner(Slot id, Slot name);
  void settle_device();
  void settle_access_times();
  void settle_texts();
  void put(Slot slot, std::int64_t value);

  const ByteView header_;
  Bytes block_;
  const Entry& entry_;
  const HeaderTerms terms_;
  Restyling& restyling_;
  Context& context_;
  bool mtime_changed_ = false;
};

}  // namespace normalize::tar
