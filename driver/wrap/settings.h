#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "driver/report/options.h"
#include "driver/wrap/environment.h"
#include "normalizers/services.h"
#include "rules/rules.h"

namespace normalize::wrap {

/// What the exit status says where the command has succeeded and we have not. (Those of a command
/// that fails are its own; bad usage is 2, as everywhere.) The numbers are those of sysexits.h.
struct WrapStatus {
  static constexpr int kNotUnderstood = 65;  // the package is damaged, or would change once more
  static constexpr int kNotFound = 66;       // no package is where it should be
  static constexpr int kSigned = 69;         // it is signed, and would have to change
  static constexpr int kNotWritten = 74;     // the system refused
};

/// What all steps go by.
struct Settings {
  Rules rules;  // with the epoch
  Services* services = nullptr;
  unsigned jobs = 1;
  std::vector<std::string> excludes;  // of the stage
  ReportOptions report;
  /// Whether packages lose their signatures.
  bool strip_signatures = false;
  /// The line of sh(1) that signs a package; empty where nobody is to.
  std::string resign;
};

/// "normalize: `text`" on standard error, unless that is to be quiet. Unprintable bytes are
/// escaped.
void tell(const Settings& settings, const std::string& text);
/// The same for lines that are escaped already, each of them ended.
void tell_lines(const Settings& settings, std::string_view lines);

/// Trouble that has an exit status of its own. what() says which package, and what became of it.
class WrapError : public std::runtime_error {
 public:
  WrapError(int status, const std::string& problem)
      : std::runtime_error(problem), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

}  // namespace normalize::wrap
