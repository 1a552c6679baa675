#include "normalizers/findings.h"

#include <algorithm>
#include <limits>

namespace normalize {
namespace {

constexpr std::size_t kSmallestChunk = 128, kUsualChunk = std::size_t{64} << 10;
/// Longer values are cut: sizes are kept in 32 bits, and nobody reads on.
constexpr std::size_t kLongestText = std::numeric_limits<std::uint32_t>::max() / 4;

}  // namespace

Findings::Findings(std::initializer_list<Finding> findings) {
  for (const Finding& finding : findings) push_back(finding);
}

void Findings::push_back(const Finding& finding) {
  const std::string_view before = finding.before.substr(0, kLongestText);
  const std::string_view after = finding.after.substr(0, kLongestText);
  const std::uint32_t member = number_of_member(finding.member);
  const std::uint32_t what = number_of({finding.format, finding.field});
  records_.push_back({keep(before, after), static_cast<std::uint32_t>(before.size()),
                      static_cast<std::uint32_t>(after.size()), member, what});
}

void Findings::shorten(std::size_t size) {
  if (size >= records_.size()) return;
  const Record first = records_[size];
  records_.resize(size);
  const std::size_t members = records_.empty() ? 0 : records_.back().member + std::size_t{1};
  const Place from = first.member < members ? first.place : members_[first.member].place;
  members_.resize(members);
  chunks_.resize(from.chunk + std::size_t{1});
  chunks_.back().resize(from.offset);
}

Finding Findings::operator[](std::size_t index) const {
  const Record& record = records_[index];
  const Member& member = members_[record.member];
  const What& what = whats_[record.what];
  const std::string_view texts = text_at(record.place, record.before_size + record.after_size);
  return {text_at(member.place, member.size), what.format, what.field,
          texts.substr(0, record.before_size), texts.substr(record.before_size)};
}

Findings::Place Findings::keep(std::string_view text, std::string_view more) {
  const std::size_t size = text.size() + more.size();
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < size) {
    const std::size_t usual =
        chunks_.empty() ? kSmallestChunk : std::min(2 * chunks_.back().capacity(), kUsualChunk);
    chunks_.emplace_back().reserve(std::max(size, usual));
  }
  std::string& chunk = chunks_.back();
  const Place place{static_cast<std::uint32_t>(chunks_.size() - 1),
                    static_cast<std::uint32_t>(chunk.size())};
  chunk.append(text).append(more);
  return place;
}

std::string_view Findings::text_at(Place place, std::size_t size) const {
  return std::string_view(chunks_[place.chunk]).substr(place.offset, size);
}

std::uint32_t Findings::number_of(const What& what) {
  const auto index = std::ranges::find(whats_, what) - whats_.begin();
  if (index == std::ssize(whats_)) whats_.push_back(what);
  return static_cast<std::uint32_t>(index);
}

std::uint32_t Findings::number_of_member(std::string_view name) {
  if (members_.empty() || text_at(members_.back().place, members_.back().size) != name)
    members_.push_back({keep(name), name.size()});
  return static_cast<std::uint32_t>(members_.size() - 1);
}

}  // namespace normalize
