#include "normalizers/context.h"

#include "normalizers/dispatch.h"
#include "normalizers/registry.h"
#include "normalizers/verify.h"
#include "rules/format_time.h"

namespace normalize {

Context::Context(const Rules& rules, Journal& journal, std::string_view name, std::uint64_t size,
                 const Neighbours* neighbours, Services* services)
    : rules_(rules),
      journal_(journal),
      neighbours_(neighbours),
      services_(services),
      name_(name),
      own_budget_(rules.limits.expanded_bytes(size)),
      budget_(&own_budget_) {}

Context::Context(Context& parent, std::string_view name, const Neighbours* neighbours)
    : rules_(parent.rules_),
      journal_(parent.journal_),
      neighbours_(neighbours),
      services_(parent.services_),
      name_(name),
      path_(parent.path_of(name)),
      depth_(parent.depth_ + 1),
      budget_(parent.budget_) {}

std::string Context::path_of(std::string_view entry) const {
  if (entry.empty()) return path_;
  if (path_.empty()) return std::string(entry);
  return path_ + "!" + std::string(entry);
}

void Context::changed(const Field& field, std::string before, std::string after,
                      std::string_view entry) {
  journal_.findings.push_back(
      {path_of(entry), format_, &field, std::move(before), std::move(after)});
}

std::int64_t Context::settle_time(const Field& field, std::int64_t seconds, TimeRange range,
                                  std::string_view entry) {
  const std::int64_t normal = rules_.normal_time(seconds, range);
  if (rules_.epoch && !said_out_of_range_ &&
      (*rules_.epoch < range.floor || *rules_.epoch > range.ceiling)) {
    said_out_of_range_ = true;
    note(std::string(field.name) + " cannot hold the epoch " + format_time(*rules_.epoch) +
         "; the nearest time it can hold stands in");
  }
  if (normal != seconds) changed(field, format_time(seconds), format_time(normal), entry);
  return normal;
}

void Context::note(std::string_view reason, std::string_view entry) {
  journal_.remarks.push_back(
      {Remark::Kind::note, path_of(entry), std::string(format_) + ": " + std::string(reason)});
}

void Context::damaged(std::string_view problem, std::string_view entry) {
  journal_.remarks.push_back(
      {Remark::Kind::damaged, path_of(entry), std::string(format_) + ": " + std::string(problem)});
}

Content Context::leave(ByteView input, std::string_view reason) {
  note(std::string(reason) + "; left as it was");
  return Content::view(input);
}

std::optional<Content> Context::member(std::string_view name, Source& source,
                                       const Neighbours* neighbours) {
  Context inner(*this, name, neighbours);
  Dispatch dispatch(inner);
  if (dispatch.run(source) != Result::Outcome::changed) return std::nullopt;
  rewrote(name, source.all(), dispatch.content());
  return dispatch.content();
}

void Context::rewrote(std::string_view name, ByteView before, const Content& after) {
  if (rules_.verify)
    member_changes_.push_back({std::string(name), before.size(), after.size(), quick_digest(before),
                               quick_digest(after)});
}

Context::Mark Context::mark() const {
  return {journal_.findings.size(), journal_.remarks.size(), member_changes_.size()};
}

void Context::take_back(const Mark& mark) {
  journal_.findings.resize(mark.findings);
  journal_.remarks.resize(mark.remarks);
  member_changes_.resize(mark.member_changes);
}

bool Context::claims(std::string_view name, Source& source) const {
  const Normalizer* format = find_normalizer({name, source.head(), source});
  return format && rules_.enabled(format->name());
}

std::uint64_t Context::expansion_left() const { return *budget_; }

void Context::spend(std::uint64_t unpacked_bytes) {
  if (unpacked_bytes > *budget_)
    throw LimitError("unpacks to more than the limit allows (ratio " +
                     std::to_string(rules_.limits.expansion_ratio) + " to one, at most " +
                     std::to_string(rules_.limits.expansion_ceiling) + " bytes a file)");
  *budget_ -= unpacked_bytes;
}

}  // namespace normalize
