#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/bytes/content.h"
#include "normalizers/error.h"
#include "normalizers/findings.h"
#include "normalizers/services.h"
#include "normalizers/source.h"
#include "rules/rules.h"

namespace normalize {

class Normalizer;

/// The files beside a file, in the same archive or tree, for formats that depend on a second file
/// (a .pyc on the time of its source).
class Neighbours {
 public:
  struct Neighbour {
    std::int64_t time_before;  // seconds since 1970-01-01 UTC, as the container or disk has it now
    std::int64_t time_after;   // and as it will once normalized
    /// Whether time_before is only exact to two seconds and in a zone nobody knows (DOS times).
    bool local_time = false;
  };

  Neighbours() = default;
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;
  virtual ~Neighbours() = default;

  /// `name` is in full, as Context::name() is. Unset where there is no such regular file.
  virtual std::optional<Neighbour> find(std::string_view name) const = 0;
  /// The bytes of that file as they will be once normalized; unset where they cannot be had.
  virtual std::optional<Bytes> read(std::string_view name) const = 0;
};

/// A container that has a say in what becomes of its members' members: the sums in a .deb's control
/// archive are of the files in its data archive. A path leads there from the container, joined by
/// '!': "data.tar.xz!data.tar!./usr/bin/a".
class Overseer {
 public:
  Overseer() = default;
  Overseer(const Overseer&) = delete;
  Overseer& operator=(const Overseer&) = delete;
  virtual ~Overseer() = default;

  /// The normal form of a member that the overseer decides, instead of the registry; unset where it
  /// does not. What it throws, a FormatError say, is thrown to its own container.
  virtual std::optional<Content> decide(std::string_view path, Source& member) = 0;
  /// The rules for a member and all that is in it; null where they are those of its container.
  virtual const Rules* rules(std::string_view path) const;
  /// A member becomes `after`, provided that no member around it is left after all.
  virtual void changed(std::string_view path, ByteView before, const Content& after) = 0;
  /// A member stays as it is, with all that is in it and was said to change.
  virtual void left(std::string_view path) = 0;
};

/// Where a part of a container begins, before and after; both in bytes from its start.
struct Border {
  std::uint64_t before, after;
};

/// What a container lays down for one of its members.
struct MemberTerms {
  /// Null where nothing is known of what stands beside it.
  const Neighbours* neighbours = nullptr;
  /// Of the member's own members, at any depth; the container's own overseer where null.
  Overseer* overseer = nullptr;
  /// Takes in where the member's own members begin, in their order, where that order stays. Null
  /// where nobody asks.
  std::vector<Border>* borders = nullptr;
};

/// A digest of one member's bytes before and after: what verification holds the output against.
/// The name is kept as its hash, since an archive may have hundreds of thousands of them.
struct MemberChange {
  /// `before` and `after` as quick_digest() has them.
  MemberChange(std::string_view of, std::uint64_t before, std::uint64_t after);
  /// Of a member that is not there any more.
  static MemberChange drop(std::string_view name);

  std::uint64_t name;  // name_hash()
  std::uint64_t digest_before, digest_after;
  bool has_ascii_name;
  bool dropped = false;
};

/// Everything a normalizer can know and say while it works on one file or member. Belongs to one
/// worker; hands members of a container down through the whole registry.
class Context {
 public:
  /// For a file of the tree, `size` bytes long, called `name`. The arguments outlive the context.
  Context(const Rules& rules, Journal& journal, std::string_view name, std::uint64_t size,
          const Neighbours* neighbours = nullptr, Services* services = nullptr);

  const Rules& rules() const { return *rules_; }
  /// The file's name within its container or tree.
  std::string_view name() const { return name_; }
  /// Null where nothing is known of what stands beside the file.
  const Neighbours* neighbours() const { return neighbours_; }
  /// Null where there are none to be had.
  Services* services() const { return services_; }

  /// Records that `field` changed. `entry` names an entry of this container whose header it is in.
  void changed(const Field& field, std::string_view before, std::string_view after,
               std::string_view entry = {});

  /// The value to write for a number that was `before` and has to be `after`; a difference is
  /// recorded.
  template <typename T>
  T settle(const Field& field, T before, T after, std::string_view entry = {}) {
    if (before != after) changed(field, std::to_string(before), std::to_string(after), entry);
    return after;
  }

  /// The normal time for `seconds`, within what the format can store. A difference is recorded, and
  /// so is an epoch that the format cannot store.
  std::int64_t settle_time(const Field& field, std::int64_t seconds, TimeRange range,
                           std::string_view entry = {});

  /// Says why the file, or one entry of it, is left as it was although nothing is wrong with it.
  void note(std::string_view reason, std::string_view entry = {});
  /// Says what is wrong with the file or one entry of it.
  void damaged(std::string_view problem, std::string_view entry = {});
  /// The content of a file that is left alone: `input`, and a note.
  Content leave(ByteView input, std::string_view reason);
  /// The same for a file that is signed, `by` what: an error where the rules want one.
  Content leave_signed(ByteView input, std::string_view by);

  /// Sends a member of this container through the whole registry. Returns its normal form where
  /// that differs, which may view what `source` holds; unset where it is to be carried over as it
  /// is: it is nobody's, left alone, normal already, or damaged, which is then recorded.
  /// What `terms` name outlives the call.
  std::optional<Content> member(std::string_view name, Source& source,
                                const MemberTerms& terms = {});

  /// Tells verification that this container gives one member other bytes by a rule of its own,
  /// without member(): a list of the digests of its other members, say.
  void rewrote(std::string_view name, ByteView before, const Content& after);

  /// Tells verification that this container goes on without a member: a signature, say.
  void dropped(std::string_view name);

  /// Says that the part of this container that began at `before` begins at `after`. Told in order.
  void placed(std::uint64_t before, std::uint64_t after) {
    if (borders_) borders_->push_back({before, after});
  }

  /// Whether somebody asked for placed().
  bool tracks_places() const { return borders_ != nullptr; }

  /// A point in what was said of this file and its members.
  struct Mark {
    std::size_t findings, remarks, member_changes;
  };
  Mark mark() const;
  /// Takes back what was said since `mark`: for a member whose normal form could not be put in
  /// place after all.
  void take_back(const Mark& mark);

  /// Whether a rule may apply to such a member, whatever it holds.
  bool may_be_ruled(std::string_view name) const;
  /// Whether member() would do anything with such a member: whether it is somebody's, and not left
  /// alone by the rules. Throws what `source` throws.
  bool claims(std::string_view name, Source& source) const;

  /// How many more bytes may be unpacked from this file of the tree, all levels together.
  std::uint64_t expansion_left() const;
  /// Counts bytes unpacked. Throws LimitError when they are more than that.
  void spend(std::uint64_t unpacked_bytes);

 private:
  friend class Dispatch;
  Context(Context& parent, std::string_view name, const MemberTerms& terms);
  Context(Context& parent, std::string_view name, const Neighbours* neighbours, Overseer* overseer,
          std::string overseen_path);

  std::string path_of(std::string_view entry) const;
  /// Throws LimitError where all has been said that may be.
  void limit_sayings() const;
  /// The path that rules go by, of the file itself or of a member.
  std::string rule_path(std::string_view member = {}) const;
  std::optional<Content> ask_overseer(std::string_view name, Source& source);
  /// The normal form of a member; it is told to nobody yet.
  std::optional<Content> settle_member(std::string_view name, Source& source,
                                       const MemberTerms& terms);

  const Rules* rules_;
  std::unique_ptr<const Rules> own_rules_;  // where a rule has options for this file
  Journal& journal_;
  const Neighbours* neighbours_;
  Services* services_;
  Overseer* overseer_ = nullptr;
  std::vector<Border>* borders_ = nullptr;
  std::string overseen_path_;  // from the overseer's container
  std::string_view in_tree_;   // the name of the file of the tree
  std::string name_;
  std::string path_;         // from the file of the tree, joined by '!'; empty for the file itself
  std::string_view format_;  // of the normalizer at work
  unsigned depth_ = 0;
  std::uint64_t own_budget_ = 0;  // of the file of the tree
  std::uint64_t* budget_;
  std::vector<MemberChange> member_changes_;
  bool said_out_of_range_ = false;
};

}  // namespace normalize
