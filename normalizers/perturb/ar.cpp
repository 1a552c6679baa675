// ar: each member's date, owner and umask bits.

#include <charconv>

#include "normalizers/ar/members.h"
#include "normalizers/perturb/shake.h"
#include "rules/mode.h"
#include "rules/owners.h"

namespace normalize::perturb {
namespace {

constexpr TimeRange kDateRange{0, 999'999'999'999};

void put(Bytes& file, std::size_t header, const ar::Column& column, std::int64_t value) {
  std::string text(column.length, ' ');
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, column.base);
  if (end.ec != std::errc()) return;
  std::ranges::copy(as_bytes(text),
                    file.begin() + static_cast<std::ptrdiff_t>(header + column.offset));
}

}  // namespace

Content shake_ar(ByteView file, Shaker& shaker) {
  Bytes shaken(file.begin(), file.end());
  for (const ar::Member& member : ar::read_members(file, shaker.rules().limits)) {
    const Rules rules = shaker.drawn();
    const auto at = static_cast<std::size_t>(member.header.data() - file.data());
    if (const auto date = ar::number(ar::kDate, member.header))
      put(shaken, at, ar::kDate, rules.normal_time(*date, kDateRange));
    for (const ar::Column* column : {&ar::kUid, &ar::kGid})
      if (const auto id = ar::number(*column, member.header))
        put(shaken, at, *column, normal_owner(*id, rules));
    // Tables have mode 0 with every ar.
    if (const auto mode = ar::number(ar::kMode, member.header); mode && *mode > 0)
      put(shaken, at, ar::kMode, normal_mode(static_cast<std::uint32_t>(*mode), rules));
  }
  return Content::own(std::move(shaken));
}

}  // namespace normalize::perturb
