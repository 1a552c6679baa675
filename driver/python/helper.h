#pragma once

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
};

/// The path of normalize-python: $NORMALIZE_PYTHON_HELPER, or the program of that name beside the
/// running one. Throws HelperError that says where it was looked for and how to get it.
std::string find_python_helper();

/// One normalize-python, started on first need and again after it has come to grief. A crash, a
/// hang, hunger for memory or nonsense in a reply ends it and costs the one request a HelperError.
/// Serves one thread at a time.
class PythonHelper final : public Services {
 public:
  explicit PythonHelper(HelperOptions options = {}) : options_(std::move(options)) {}

  /// The interpreter's version: "3.11.2".
  std::string python_version();
  std::array<std::byte, 4> python_magic() override;
  Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) override;
  std::optional<std::string> first_difference(ByteView before, ByteView after,
                                              Filenames filenames = Filenames::compare) override;

  /// Its process, for tests; -1 while there is none.
  pid_t pid() const { return child_ ? child_->pid() : -1; }

 private:
  void start();
  void read_greeting(const Message& greeting);
  Message ask(const Message& request);
  Message exchange(ByteView request);
  [[noreturn]] void give_up(Child::Trouble trouble);
  [[noreturn]] void reject(const std::string& problem);

  HelperOptions options_;
  std::unique_ptr<Child> child_;
  MessageAssembler assembler_;
  std::string version_;
  std::array<std::byte, 4> magic_{};
};

}  // namespace normalize
