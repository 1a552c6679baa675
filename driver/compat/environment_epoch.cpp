#include "driver/compat/environment_epoch.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "driver/standard_streams.h"
#include "driver/usage_error.h"

namespace normalize {

std::optional<std::int64_t> environment_epoch() {
  const char* const variable = std::getenv("SOURCE_DATE_EPOCH");
  if (!variable) return std::nullopt;
  const std::string_view text = variable;
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || stop != text.data() + text.size())
    throw UsageError("SOURCE_DATE_EPOCH: expected seconds since 1970 in digits, got \"" +
                     std::string(text) + "\"");
  if (seconds < 0) {
    write_standard_output(
        "SOURCE_DATE_EPOCH timestamp is negative, ignoring: " + std::to_string(seconds) + "\n");
    return std::nullopt;
  }
  if (seconds > std::time(nullptr))
    write_standard_output(
        "SOURCE_DATE_EPOCH timestamp is in the future: " + std::to_string(seconds) + "\n");
  return seconds;
}

}  // namespace normalize
