#pragma once

#include <functional>
#include <optional>

#include "normalizers/codec/deflate.h"
#include "normalizers/context.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Packs members anew: those that changed, and all that are deflated where the rules ask for it.
class Repacker {
 public:
  /// For the entries of one archive: what they are tells how their writer works.
  Repacker(const std::vector<Entry>& entries, Context& context);
  /// Has `action` called in front of every change of contents.
  using Action = std::function<void(const Entry&, ByteView before, const Content& after)>;
  void on_change(Action action) { on_change_ = std::move(action); }
  /// Has members stored or deflated as they are, whether or not they gain by it.
  void keep_methods() { stores_what_grows_ = false; }

  /// Whether what packed an entry can be told from it, so that other contents may come packed
  /// likewise: they always may where the rules have all packed anew.
  bool reproduces(const Entry& entry, ByteView payload);
  /// Whether an entry is packed anew even if its contents did not change.
  bool repacks(const Entry& entry) const;
  /// Does so; `payload` is what it unpacks to.
  void repack(Entry& entry, ByteView payload);
  /// Puts other contents in the place of an entry's.
  void replace(Entry& entry, ByteView before, const Content& after);

 private:
  DeflateRecipe canonical_recipe(const Entry& entry) const;
  void deflate_again(Entry& entry, const Content& payload, DeflateRecipe recipe);
  void deflate_or_store(Entry& entry, const Content& payload, DeflateRecipe recipe);
  bool stored_for_no_gain(const Entry& entry, ByteView payload) const;
  DeflateRecipe find_recipe(const Entry& entry, ByteView payload);

  Context& context_;
  const Recompress recompress_;
  Action on_change_;
  std::optional<DeflateRecipe> last_;  // one program packed the archive, most often at one level
  DeflateRecipe by_flags_;             // what the flags of the first deflated entry say of it
  bool stores_what_grows_ = true;      // as Info-ZIP does, and Python and Java do not
};

}  // namespace normalize::zip
