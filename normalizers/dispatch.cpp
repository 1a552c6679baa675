#include "normalizers/dispatch.h"

#include <cstdio>

#include "normalizers/verify.h"

namespace normalize {
namespace {

/// What a system maps when somebody looks at a page.
constexpr std::size_t kSeenAround = std::size_t{64} << 10;

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
    if (!format) format = find_normalizer({context_.name_, source.head(), source});
    passed_over(kSeenAround);
    if (!format || !context_.rules_.enabled(format->name())) return Result::Outcome::not_ours;
    context_.format_ = format->name();
    return normalize(*format, source);
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

Result::Outcome Dispatch::normalize(const Normalizer& format, Source& source) {
  const Rules& rules = context_.rules_;
  if (context_.depth_ > rules.limits.depth)
    throw LimitError("stands deeper than " + std::to_string(rules.limits.depth) +
                     " levels of containers");
  const ByteView input = source.all();
  content_ = format.normalize(input, context_);
  passed_over(input.size());
  if (content_ == input) {
    context_.journal_.findings.shorten(findings_at_start_);
    return Result::Outcome::already_normal;
  }
  if (rules.verify && format.verification() != Verification::none)
    verify_archive(input, content_, context_.member_changes_, format.verification());
  return Result::Outcome::changed;
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
