#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "normalizers/codec/deflate.h"
#include "normalizers/context.h"
#include "normalizers/zip/records.h"
#include "normalizers/zip/times.h"

namespace normalize::zip {

/// The bytes of one entry, unpacked as far as somebody asks.
class EntrySource final : public Source {
 public:
  EntrySource(const Entry& entry, Context& context) : entry_(entry), context_(context) {}
  std::uint64_t size() override { return entry_.central.size; }
  ByteView head() override;
  ByteView tail(std::size_t count) override;
  ByteView all() override;
  bool packed() const override { return entry_.central.method != kStored; }

 private:
  void unpack();

  const Entry& entry_;
  Context& context_;
  Bytes head_, unpacked_;
  bool is_unpacked_ = false, is_checked_ = false;
};

/// Whether an entry is a file whose bytes can be looked at: not a folder, a link, encrypted, or
/// packed by a method that is not opened here.
bool can_open(const Entry& entry);

/// Puts new contents in the place of an entry's, packed as the old ones were.
class Repacker {
 public:
  explicit Repacker(Context& context) : context_(context) {}
  /// Has `action` called in front of every change.
  using Action = std::function<void(const Entry&, ByteView before, const Content& after)>;
  void on_change(Action action) { on_change_ = std::move(action); }
  void replace(Entry& entry, ByteView before, const Content& after);

 private:
  Bytes pack(const Entry& entry, ByteView before, const Content& after);

  Context& context_;
  Action on_change_;
  std::optional<DeflateRecipe> last_;  // one program packed the archive, most often at one level
};

/// Sends every member through the whole registry, in the order of the archive, but .pyc files
/// behind the sources that they depend on. `times` belong to the entries.
void settle_members(Archive& archive, const std::vector<EntryTime>& times, Repacker& repacker,
                    Context& context);

}  // namespace normalize::zip
