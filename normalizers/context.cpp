#include "normalizers/context.h"

#include <algorithm>
#include <exception>

#include "normalizers/bytes/checksum.h"
#include "normalizers/dispatch.h"
#include "normalizers/ruling.h"
#include "normalizers/verify.h"
#include "rules/format_time.h"

namespace normalize {
namespace {

std::string joined(std::string_view container, std::string_view name) {
  return std::string(container).append("!").append(name);
}

/// What an overseer threw, on its way past the containers in between: it is the overseer's own
/// container that has to stay.
struct Objection {
  std::exception_ptr reason;
};

const Rules& rules_of(const Overseer* overseer, std::string_view path, const Rules& otherwise) {
  const Rules* rules = overseer ? overseer->rules(path) : nullptr;
  return rules ? *rules : otherwise;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

MemberChange::MemberChange(std::string_view of, std::uint64_t before, std::uint64_t after)
    : name(name_hash(of)),
      digest_before(before),
      digest_after(after),
      has_ascii_name(is_ascii(of)) {}

MemberChange MemberChange::drop(std::string_view name) {
  MemberChange change(name, 0, 0);
  change.dropped = true;
  return change;
}

Context::Context(const Rules& rules, Journal& journal, std::string_view name, std::uint64_t size,
                 const Neighbours* neighbours, Services* services)
    : rules_(&rules),
      journal_(journal),
      neighbours_(neighbours),
      services_(services),
      in_tree_(name),
      name_(name),
      own_budget_(rules.limits.expanded_bytes(size)),
      budget_(&own_budget_) {}

const Rules* Overseer::rules(std::string_view) const { return nullptr; }

Context::Context(Context& parent, std::string_view name, const MemberTerms& terms)
    : Context(parent, name, terms.neighbours, terms.overseer ? terms.overseer : parent.overseer_,
              terms.overseer ? std::string(name) : joined(parent.overseen_path_, name)) {
  borders_ = terms.borders;
}

Context::Context(Context& parent, std::string_view name, const Neighbours* neighbours,
                 Overseer* overseer, std::string overseen_path)
    : rules_(&rules_of(overseer, overseen_path, *parent.rules_)),
      journal_(parent.journal_),
      neighbours_(neighbours),
      services_(parent.services_),
      overseer_(overseer),
      overseen_path_(std::move(overseen_path)),
      in_tree_(parent.in_tree_),
      name_(name),
      path_(parent.path_of(name)),
      depth_(parent.depth_ + 1),
      budget_(parent.budget_) {}

std::string Context::path_of(std::string_view entry) const {
  if (entry.empty()) return path_;
  if (path_.empty()) return std::string(entry);
  return joined(path_, entry);
}

std::string Context::rule_path(std::string_view member) const {
  const std::string path = path_of(member);
  return path.empty() ? std::string(in_tree_) : joined(in_tree_, path);
}

void Context::changed(const Field& field, std::string_view before, std::string_view after,
                      std::string_view entry) {
  limit_sayings();
  journal_.findings.push_back({path_of(entry), format_, &field, before, after});
}

std::int64_t Context::settle_time(const Field& field, std::int64_t seconds, TimeRange range,
                                  std::string_view entry) {
  const std::int64_t normal = rules_->normal_time(seconds, range);
  if (rules_->epoch && !said_out_of_range_ &&
      (*rules_->epoch < range.floor || *rules_->epoch > range.ceiling)) {
    said_out_of_range_ = true;
    note(std::string(field.name) + " cannot hold the epoch " + format_time(*rules_->epoch) +
         "; the nearest time it can hold stands in");
  }
  if (normal != seconds) changed(field, format_time(seconds), format_time(normal), entry);
  return normal;
}

void Context::limit_sayings() const {
  if (journal_.findings.size() + journal_.remarks.size() >= rules_->limits.findings)
    throw LimitError("needs more than " + std::to_string(rules_->limits.findings) +
                     " changes and remarks");
}

void Context::note(std::string_view reason, std::string_view entry) {
  limit_sayings();
  journal_.remarks.push_back(
      {Remark::Kind::note, path_of(entry), std::string(format_) + ": " + std::string(reason)});
}

void Context::damaged(std::string_view problem, std::string_view entry) {
  limit_sayings();
  journal_.remarks.push_back(
      {Remark::Kind::damaged, path_of(entry), std::string(format_) + ": " + std::string(problem)});
}

Content Context::leave(ByteView input, std::string_view reason) {
  note(std::string(reason) + "; left as it was");
  return Content::view(input);
}

Content Context::leave_signed(ByteView input, std::string_view by) {
  const std::string reason = "signed (" + std::string(by) + ")";
  if (rules_->signed_files != SignedFiles::fail) return leave(input, reason);
  journal_.remarks.push_back({Remark::Kind::failed, path_of({}),
                              std::string(format_) + ": " + reason + "; left as it was"});
  return Content::view(input);
}

std::optional<Content> Context::settle_member(std::string_view name, Source& source,
                                              const MemberTerms& terms) {
  if (auto decided = ask_overseer(name, source)) return decided;
  Context inner(*this, name, terms);
  Dispatch dispatch(inner);
  try {
    if (dispatch.run(source) != Result::Outcome::changed) return std::nullopt;
  } catch (const Objection& objection) {
    if (terms.overseer) std::rethrow_exception(objection.reason);
    throw;
  }
  return dispatch.content();
}

std::optional<Content> Context::ask_overseer(std::string_view name, Source& source) {
  if (!overseer_) return std::nullopt;
  try {
    return overseer_->decide(joined(overseen_path_, name), source);
  } catch (const std::runtime_error&) {
    throw Objection{std::current_exception()};
  }
}

std::optional<Content> Context::member(std::string_view name, Source& source,
                                       const MemberTerms& terms) {
  std::optional<Content> after = settle_member(name, source, terms);
  if (!after) {
    if (overseer_) overseer_->left(joined(overseen_path_, name));
    return std::nullopt;
  }
  rewrote(name, source.all(), *after);
  if (overseer_) overseer_->changed(joined(overseen_path_, name), source.all(), *after);
  return after;
}

void Context::rewrote(std::string_view name, ByteView before, const Content& after) {
  if (rules_->verify) member_changes_.emplace_back(name, quick_digest(before), quick_digest(after));
}

void Context::dropped(std::string_view name) {
  member_changes_.push_back(MemberChange::drop(name));
}

Context::Mark Context::mark() const {
  return {journal_.findings.size(), journal_.remarks.size(), member_changes_.size()};
}

void Context::take_back(const Mark& mark) {
  journal_.findings.shorten(mark.findings);
  journal_.remarks.resize(mark.remarks);
  member_changes_.erase(member_changes_.begin() + static_cast<std::ptrdiff_t>(mark.member_changes),
                        member_changes_.end());
}

bool Context::may_be_ruled(std::string_view name) const {
  return rules_->rule_book && normalize::may_be_ruled(*rules_, in_tree_, rule_path(name));
}

bool Context::claims(std::string_view name, Source& source) const {
  return is_claimed(*rules_, in_tree_, rules_->rule_book ? rule_path(name) : "",
                    {name, source.head(), source});
}

std::uint64_t Context::expansion_left() const { return *budget_; }

void Context::spend(std::uint64_t unpacked_bytes) {
  if (unpacked_bytes > *budget_)
    throw LimitError("unpacks to more than the limit allows (ratio " +
                     std::to_string(rules_->limits.expansion_ratio) + " to one, at most " +
                     std::to_string(rules_->limits.expansion_ceiling) + " bytes a file)");
  *budget_ -= unpacked_bytes;
}

}  // namespace normalize
