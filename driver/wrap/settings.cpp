#include "driver/wrap/settings.h"

#include "driver/report/escape.h"
#include "driver/standard_streams.h"

namespace normalize::wrap {

void tell(const Settings& settings, const std::string& text) {
  tell_lines(settings, escape(text) + "\n");
}

void tell_lines(const Settings& settings, std::string_view lines) {
  if (settings.report.quiet) return;
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    text.append("normalize: ").append(lines.substr(0, end));
    lines.remove_prefix(end);
  }
  write_standard_error(text);
}

}  // namespace normalize::wrap
