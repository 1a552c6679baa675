#include "normalizers/dispatch.h"

#include <cstdio>

#include "normalizers/perturb/shake.h"
#include "normalizers/text/treat.h"
#include "normalizers/verify.h"

namespace normalize {
namespace {

/// What a system maps when somebody looks at a page.
constexpr std::size_t kSeenAround = std::size_t{64} << 10;

constexpr Field kShaken{"what no value tells", ""};

std::string at_offset(const FormatError& error) {
  char text[32];
  std::snprintf(text, sizeof text, " (at 0x%llx)", static_cast<unsigned long long>(error.offset()));
  return error.what() + std::string(text);
}

}  // namespace

Dispatch::Dispatch(Context& context)
    : context_(context),
      findings_at_start_(context.journal_.findings.size()),
      remarks_at_start_(context.journal_.remarks.size()) {}

Result::Outcome Dispatch::run(Source& source, const Normalizer* format) {
  try {
    const bool is_given = format != nullptr;
    const Ruling ruling = is_given ? Ruling{} : ask_rules(source);
    if (ruling.leave) return Result::Outcome::not_ours;
    if (!format) format = ruling.format();
    if (!format) format = find_normalizer({context_.name_, source.head(), source});
    passed_over(kSeenAround);
    Result::Outcome outcome = Result::Outcome::not_ours;
    if (format && context_.rules().enabled(format->name())) {
      context_.format_ = format->name();
      outcome = normalize(*format, source);
    }
    return ruling.treats_text() ? treat(ruling, source, outcome) : outcome;
  } catch (const FormatError& error) {
    return give_up(Remark::Kind::damaged, at_offset(error));
  } catch (const LimitError& error) {
    return give_up(Remark::Kind::damaged, error.what());
  } catch (const PluginError& error) {
    return give_up(Remark::Kind::damaged, error.what(), error.traceback());
  } catch (const ServiceError& error) {
    return give_up(Remark::Kind::damaged, error.what());
  } catch (const CodecError& error) {
    return give_up(Remark::Kind::failed, error.what());
  } catch (const VerifyError& error) {
    return give_up(Remark::Kind::failed, error.what());
  }
}

Ruling Dispatch::ask_rules(Source& source) {
  if (!context_.rules().rule_book) return {};
  Ruling ruling = ruling_of(context_.rules(), context_.in_tree_, context_.rule_path(), source);
  if (ruling.has_options()) {
    context_.own_rules_ = std::make_unique<const Rules>(ruling.with_options(context_.rules()));
    context_.rules_ = context_.own_rules_.get();
  }
  return ruling;
}

Result::Outcome Dispatch::treat(const Ruling& ruling, Source& source, Result::Outcome so_far) {
  check_depth();
  const std::string_view format = context_.format_;
  context_.format_ = kRuleFormat;
  Buffer storage;
  const ByteView input = source.all();
  const bool is_changed = so_far == Result::Outcome::changed;
  const Content before = is_changed ? content_ : Content::view(input);
  const ByteView text = before.contiguous(storage);
  Content after = treat_text(ruling, text, context_);
  if (!format.empty()) context_.format_ = format;
  if (after == text)
    return so_far == Result::Outcome::not_ours ? Result::Outcome::already_normal : so_far;
  if (after == input) {
    context_.journal_.findings.shorten(findings_at_start_);
    return Result::Outcome::already_normal;
  }
  content_ = std::move(after);
  return Result::Outcome::changed;
}

void Dispatch::check_depth() const {
  const unsigned most = context_.rules().limits.depth;
  if (context_.depth_ > most)
    throw LimitError("stands deeper than " + std::to_string(most) + " levels of containers");
}

Result::Outcome Dispatch::normalize(const Normalizer& format, Source& source) {
  const Rules& rules = context_.rules();
  check_depth();
  const ByteView input = source.all();
  const std::size_t remarks = context_.journal_.remarks.size();
  content_ = format.normalize(input, context_);
  if (rules.noise && !is_remarked(remarks)) shake(format);
  passed_over(input.size());
  if (content_ == input) {
    context_.journal_.findings.shorten(findings_at_start_);
    return Result::Outcome::already_normal;
  }
  if (rules.verify && format.verification() != Verification::none)
    verify_archive(input, content_, context_.member_changes_, format.verification());
  return Result::Outcome::changed;
}

bool Dispatch::is_remarked(std::size_t from) const {
  const std::vector<Remark>& remarks = context_.journal_.remarks;
  return std::any_of(remarks.begin() + static_cast<std::ptrdiff_t>(from), remarks.end(),
                     [&](const Remark& remark) { return remark.member == context_.path_; });
}

void Dispatch::shake(const Normalizer& format) {
  Buffer storage;
  const ByteView file = content_.contiguous(storage);
  perturb::Shaker shaker{context_, context_.rules().noise->source(quick_digest(file))};
  const Content shaken = perturb::shake(format.name(), file, shaker);
  if (shaken == file) return;
  context_.changed(kShaken, "", "shaken");
  content_ = Content::own(shaken.to_buffer());
}

Result::Outcome Dispatch::give_up(Remark::Kind kind, const std::string& problem,
                                  std::string detail) {
  Journal& journal = context_.journal_;
  journal.findings.shorten(findings_at_start_);
  journal.remarks.resize(remarks_at_start_);
  const std::string prefix = context_.format_.empty() ? "" : std::string(context_.format_) + ": ";
  journal.remarks.push_back(
      {kind, context_.path_, prefix + problem + "; left as it was", std::move(detail)});
  return Result::Outcome::damaged;
}

}  // namespace normalize
