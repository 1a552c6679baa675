#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/bytes/bytes.h"
#include "normalizers/findings.h"
#include "rules/rules.h"

namespace normalize {

/// A service could not answer; what() says why, and how to get it where it is missing.
class ServiceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What would answer is not installed. what() says how to get it.
class ServiceMissing : public ServiceError {
 public:
  using ServiceError::ServiceError;
};

/// A plugin raised an exception. what() tells it in one line.
class PluginError : public ServiceError {
 public:
  PluginError(const std::string& problem, std::string traceback)
      : ServiceError(problem), traceback_(std::move(traceback)) {}
  /// Python's own words, of many lines, oldest call first; empty where there is nothing to trace.
  const std::string& traceback() const { return traceback_; }

 private:
  std::string traceback_;
};

/// One file or member for a plugin, a function in Python. What it views outlives the call.
struct PluginCall {
  /// "module:function", as parse_plugin_name() takes it.
  std::string_view function;
  /// What the rule sets for the plugin: a JSON object.
  std::string_view settings;
  /// The file's name, as Context::name() has it.
  std::string_view path;
  ByteView input;
  /// The plugin sees the epoch, what it does to times, and the profile.
  const Rules& rules;
};

/// What a plugin made of a file, and of its own output the same.
struct PluginResult {
  struct Finding {
    const Field* field;  // lives as long as the program
    std::string before, after;
  };
  /// Unset where the file is normal already, or not the plugin's.
  std::optional<Bytes> output;
  /// What the plugin said of its changes, if anything; empty where there is no output.
  std::vector<Finding> findings;
};

/// Whether co_filename counts: not where it was changed on purpose.
enum class Filenames { compare, pass_over };

/// What a normalizer may ask for that bytes and rules alone do not give. The driver answers,
/// through programs of its own; a normalizer works without. Any number of threads may ask at once.
class Services {
 public:
  Services() = default;
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;
  virtual ~Services() = default;

  /// The first four bytes of the .pyc files that the Python at hand writes. Throws ServiceError.
  virtual std::array<std::byte, 4> python_magic() = 0;

  /// What stands behind the header of the .pyc file that this Python makes of `source`, compiled
  /// under the name `filename` at optimization level 0, 1 or 2. Right, but not in canonical form:
  /// it depends on what was compiled before. Throws ServiceError, for a source that does not
  /// compile too.
  virtual Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) = 0;

  /// Compares what this Python loads from the marshal streams of two .pyc files of its own magic
  /// number: types, values to the bit, and which objects are one object. Unset where nothing was
  /// lost; otherwise the first difference, as text. Throws ServiceError.
  virtual std::optional<std::string> first_difference(ByteView before, ByteView after,
                                                      Filenames filenames = Filenames::compare) = 0;

  /// Runs a plugin. The answer depends on the call alone, not on calls before. Throws PluginError
  /// where the plugin raised, ServiceError for all else that went wrong: it cannot be loaded or
  /// started, took too long or too much memory, crashed, gave something else than bytes, or would
  /// change its own output again. Does so always where nobody runs plugins.
  virtual PluginResult plugin(const PluginCall& call);
};

}  // namespace normalize
