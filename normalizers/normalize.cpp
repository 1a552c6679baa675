#include "normalizers/normalize.h"

#include "normalizers/dispatch.h"

namespace normalize {
namespace {

Result dispatch(const Normalizer* format, std::string_view name, Source& source, const Rules& rules,
                const Neighbours* neighbours, Services* services) {
  Result result;
  Context context(rules, result.journal, name, source.size(), neighbours, services);
  Dispatch dispatch(context);
  result.outcome = dispatch.run(source, format);
  result.format = dispatch.format();
  if (result.outcome == Result::Outcome::changed) result.content = dispatch.content();
  return result;
}

}  // namespace

Result normalize_source(std::string_view name, Source& source, const Rules& rules,
                        const Neighbours* neighbours, Services* services) {
  return dispatch(nullptr, name, source, rules, neighbours, services);
}

Result normalize_as(const Normalizer& format, std::string_view name, Source& source,
                    const Rules& rules, const Neighbours* neighbours, Services* services) {
  return dispatch(&format, name, source, rules, neighbours, services);
}

}  // namespace normalize
