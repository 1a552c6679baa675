#pragma once

#include <array>
#include <memory>
#include <string>

#include "driver/python/child.h"
#include "driver/python/message.h"

namespace normalize {

struct HelperOptions {
  /// Empty: found as find_python_helper() does.
  std::string program;
  /// For each request, and for starting.
  std::chrono::milliseconds patience{60'000};
  /// Address space of the program (RLIMIT_AS).
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;
  /// Absolute. The program loads no plugin but what it finds there itself; unset: what it is sent.
  std::optional<std::vector<std::string>> plugin_folders = {};
  /// What starts the program, by what helper_call() says of these options; null: this process.
  std::shared_ptr<Launcher> launcher = {};
};

/// The path of normalize-python: $NORMALIZE_PYTHON_HELPER, or the program of that name beside the
/// running one. Throws ServiceMissing that says where it was looked for and how to get it.
std::string find_python_helper();

/// How normalize-python is started by `options`. Throws as find_python_helper() does.
ProgramCall helper_call(const HelperOptions& options);

/// A reply's text, fit for a line of a report and no longer than one should be. Its backslashes are
/// Python's own and stay single.
std::string printable(ByteView text);

/// One normalize-python, started on first need and again after it has come to grief. A crash, a
/// hang, hunger for memory or nonsense in a reply ends it and costs the one request a HelperError.
/// Serves one thread at a time.
class HelperProcess {
 public:
  explicit HelperProcess(HelperOptions options) : options_(std::move(options)) {}

  const HelperOptions& options() const { return options_; }
  /// Its process; -1 while there is none.
  pid_t pid() const { return child_ ? child_->pid() : -1; }

  /// Makes sure that it runs; true where it has just been started.
  bool start();
  /// What the greeting told; good after start().
  const std::string& version() const { return version_; }
  const std::array<std::byte, 4>& magic() const { return magic_; }

  /// The reply to `request`, of kind result or failure. Starts the program if need be.
  Message ask(const Message& request);
  /// Ends the program where a reply makes no sense.
  [[noreturn]] void reject(const std::string& problem);

 private:
  void read_greeting(const Message& greeting);
  Message exchange(ByteView request);
  [[noreturn]] void give_up(Child::Trouble trouble);

  HelperOptions options_;
  std::unique_ptr<Child> child_;
  MessageAssembler assembler_;
  std::string version_;
  std::array<std::byte, 4> magic_{};
};

}  // namespace normalize
