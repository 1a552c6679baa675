#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "normalizers/context.h"
#include "normalizers/tar/archive.h"

/// Packages that are tar archives and tell in some of their members of the others: their sums,
/// sizes, times and modes, which have to follow what normalizing changes.
namespace normalize::package {

/// One archive of one kind of package. Members keep their order. As the members' overseer it
/// decides what stands in members that are packed themselves ("checksums.yaml.gz!checksums.yaml").
class Package : public Overseer {
 public:
  /// Sends a member through the registry, as Context::member() does.
  using Registry = std::function<std::optional<Content>(const tar::Entry&)>;

  /// Whose the members are, unless the rules were asked for something else.
  virtual Owners own_owners() const { return Owners::root; }
  /// The same with what the rules were asked for.
  Owners owners(const Rules& rules) const {
    return rules.owners == Owners::root ? own_owners() : rules.owners;
  }
  /// Whether the package's creator has settled how headers are written and which modes there are.
  virtual bool has_settled_headers() const { return false; }
  /// The times of a file as the installer sets them, where they are not those of its header.
  virtual std::optional<Neighbours::Neighbour> times(const tar::Entry&) const {
    return std::nullopt;
  }
  /// What signs the package; empty where nothing does.
  virtual std::string_view signed_by() const { return {}; }
  /// Whether the signature goes with lines of a list, where it is no member.
  virtual bool is_signed_in_list() const { return false; }
  /// Whether a member is a signature and nothing else, so that the package goes on without it.
  virtual bool is_signature(const tar::Entry&) const { return false; }
  /// Whether a member tells of others, so that it is settled after them.
  virtual bool is_list(const tar::Entry& entry) const = 0;
  /// The new content of a member; unset where it stays. Called for all that are no lists, in their
  /// order, and then for the lists. Throws FormatError where the package tells no truth.
  virtual std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) {
    return registry(entry);
  }
  /// Brings records of a member's pax header up to date that tell of its content, which has become
  /// `after`; unset where it stays. Called for all members, in front of their writing.
  virtual void settle_records(tar::Entry&, const std::optional<Content>&) {}

  std::optional<Content> decide(std::string_view, Source&) override { return std::nullopt; }
  void changed(std::string_view, ByteView, const Content&) override {}
  void left(std::string_view) override {}
};

/// The package that `archive` is; null where it is none that we can keep true. The arguments
/// outlive it.
std::unique_ptr<Package> open_package(const tar::Archive& archive, Context& context);

/// Why an archive that is a package of some other kind has to stay as it is: it keeps sums of its
/// members or is signed. Empty where it is none.
std::string package_objection(const tar::Archive& archive);

/// Whether npm pack or cargo package made the archive. They write every header the same on every
/// machine, times included, in an order of their own.
bool has_fixed_headers(const tar::Archive& archive);

}  // namespace normalize::package
