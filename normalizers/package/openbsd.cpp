// Packages of OpenBSD (pkg_create(1), package(5), OpenBSD::PackingElement): +CONTENTS names every
// file of the archive and tells its @sha (SHA-256, base64), @size and @ts, the time that pkg_add
// sets, since regular files have the mtime 0 in their headers. @ts is lowered to the epoch, but
// never below 1: to Perl 0 is no value. "@option always-update" has a hash of the list, times
// included. Where pkg_create knows the history of a package, changed files stand in front and the
// gzip members are cut by sixteens, so neither order nor borders are for us to choose. pkg_create
// has settled modes, too: pkg_add refuses others. A signature is in the header of the first gzip
// member; "@signer" and "@digital-signature" go with it.

#include <algorithm>
#include <array>
#include <set>

#include "normalizers/bytes/digest.h"
#include "normalizers/package/edits.h"
#include "normalizers/package/files.h"
#include "normalizers/package/kinds.h"
#include "normalizers/package/packing_list.h"

namespace normalize::package {
namespace {

constexpr Field kSum = Field::following("@sha");
constexpr Field kSize = Field::following("@size");
constexpr Field kTs{"@ts", "set the files' times before pkg_create"};
constexpr Field kAlwaysUpdate{"always-update", ""};
constexpr Field kSignature{"@signer, @digital-signature", ""};
constexpr TimeRange kTsRange{1};
constexpr std::string_view kList = "+CONTENTS", kHashed = "always-update ";

bool signs(const ListItem& item) {
  return item.keyword == "signer" || item.keyword == "digital-signature";
}

/// "@option always-update HASH"
bool has_hash(const ListItem& item) {
  return item.keyword == "option" && item.value.starts_with(kHashed);
}

/// Whether write_without_variation() of OpenBSD::PackingElement passes over the line.
bool varies(const ListItem& item) {
  if (item.keyword == "option")
    return item.value == "manual-installation" || item.value == "firmware";
  if (item.keyword == "comment") return item.value.starts_with("$OpenBSD");
  return signs(item) || item.keyword == "url";
}

/// What `hash_plist` of OpenBSD::PackingElement::AlwaysUpdate makes of the list.
std::string hash_of(std::string_view list) {
  RunningDigest digest;
  ListReader in(list);
  while (const auto item = in.next()) {
    if (varies(*item)) continue;
    digest.add(as_bytes(has_hash(*item) ? "@option always-update\n" : item->line));
  }
  std::string hash = base64(digest.finish());
  hash.resize(hash.find('='));
  return hash;
}

std::string sum_of(std::string_view keyword, const Content& content) {
  const bool sha = keyword == "sha";
  const auto digest = message_digest(sha ? "sha256" : "md5", content);
  if (!digest) throw FormatError(0, "@" + std::string(keyword) + " cannot be computed here");
  return sha ? base64(*digest) : hexadecimal(*digest);
}

class OpenBsd final : public Package {
 public:
  OpenBsd(const tar::Archive& archive, std::string_view list, Context& context)
      : context_(context), files_(archive) {
    ListReader in(list);
    while (const auto item = in.next()) {
      signed_ |= item->keyword == "digital-signature";
      if (item->keyword == "ts") times_.emplace(item->about, list_number(*item));
    }
  }

  // pkg_add goes by uname and gname, and by the numbers where a name is unknown. OpenBSD gives its
  // own accounts the same numbers everywhere, so they stay: else no gzip member would.
  Owners own_owners() const override {
    return context_.rules().strict() ? Owners::names : Owners::keep;
  }
  bool has_settled_headers() const override { return true; }
  std::string_view signed_by() const override { return signed_ ? "@digital-signature" : ""; }
  bool is_signed_in_list() const override { return signed_; }
  bool is_list(const tar::Entry& entry) const override { return entry.name == kList; }

  std::optional<Neighbours::Neighbour> times(const tar::Entry& entry) const override {
    const auto found = times_.find(entry.name);
    if (found == times_.end()) return std::nullopt;
    return Neighbours::Neighbour{found->second,
                                 context_.rules().normal_time(found->second, kTsRange)};
  }

  std::optional<Content> settle(const tar::Entry& entry, const Registry& registry) override {
    if (is_list(entry)) return settle_list(entry);
    if (entry.name.starts_with('+')) return std::nullopt;
    return files_.settled(entry, registry(entry));
  }

 private:
  std::optional<Content> settle_list(const tar::Entry& entry) {
    const std::string_view before = as_text(entry.data);
    Edits edits(before);
    ListReader in(before);
    while (const auto item = in.next()) settle_item(*item, edits);
    std::optional<Content> after =
        if_changed(entry.data, with_new_hash(before, std::move(edits).finish()));
    if (after) context_.rewrote(entry.name, entry.data, *after);
    return after;
  }

  void settle_item(const ListItem& item, Edits& edits) {
    if (item.keyword == "sha" || item.keyword == "md5") {
      if (!with_sums_.emplace(item.about).second)
        throw FormatError(0, "\"" + std::string(item.about) + "\" is listed twice");
      const Files::File& file = files_.at(item.about);
      change(kSum, item, sum_of(item.keyword, file.before), sum_of(item.keyword, file.after),
             edits);
    } else if (item.keyword == "size") {
      const Files::File& file = files_.at(item.about);
      change(kSize, item, std::to_string(file.before.size()), std::to_string(file.after.size()),
             edits);
    } else if (item.keyword == "ts") {
      const std::int64_t before = list_number(item);
      const std::int64_t after = context_.settle_time(kTs, before, kTsRange, kList);
      if (after != before) edits.replace(item.value, std::to_string(after));
    } else if (signed_ && signs(item)) {
      context_.changed(kSignature, std::string(item.value), "", kList);
      edits.replace(item.line, "");
    }
  }

  void change(const Field& field, const ListItem& item, const std::string& expected,
              const std::string& after, Edits& edits) {
    if (item.value != expected)
      throw FormatError(0, "@" + std::string(item.keyword) + " does not match \"" +
                               std::string(item.about) + '"');
    if (after == expected) return;
    context_.changed(field, expected, after, kList);
    edits.replace(item.value, after);
  }

  std::string with_new_hash(std::string_view before, std::string after) {
    ListReader in(after);
    while (const auto item = in.next()) {
      if (!has_hash(*item)) continue;
      const std::string_view hash = item->value.substr(kHashed.size());
      if (hash != hash_of(before))
        throw FormatError(0, "the hash of always-update does not match the list");
      const std::string new_hash = hash_of(after);
      if (hash == new_hash) break;
      context_.changed(kAlwaysUpdate, std::string(hash), new_hash, kList);
      Edits edits(after);
      edits.replace(hash, new_hash);
      return std::move(edits).finish();
    }
    return after;
  }

  Context& context_;
  Files files_;
  bool signed_ = false;
  std::map<std::string, std::int64_t, std::less<>> times_;  // by name
  std::set<std::string, std::less<>> with_sums_;            // names met
};

}  // namespace

std::unique_ptr<Package> open_openbsd(const tar::Archive& archive, Context& context) {
  if (archive.entries.empty()) return nullptr;
  const tar::Entry& first = archive.entries.front();
  if (first.name != kList || !first.is_plain_file()) return nullptr;
  const std::string_view list = as_text(first.data);
  bool named = false;
  ListReader in(list);
  while (const auto item = in.next()) {
    named |= item->keyword == "name";
    // A list of NetBSD, or of OpenBSD before 2004.
    if (item->keyword == "comment" && item->value.starts_with("MD5:")) return nullptr;
  }
  return named ? std::make_unique<OpenBsd>(archive, list, context) : nullptr;
}

}  // namespace normalize::package
