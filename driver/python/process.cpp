#include "driver/python/process.h"

#include <cstdlib>
#include <filesystem>

#include "driver/path_search.h"
#include "driver/report/escape.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "normalize-python";

/// Longer than our own patience by this, the program ends itself: nobody is there any more. More
/// than plugins are given beyond theirs, so that one launcher does for both.
constexpr std::chrono::seconds kGrace{10};

[[noreturn]] void fail(const std::string& problem) {
  throw HelperError(std::string(kName) + ": " + problem);
}

ServiceMissing missing(const std::string& problem) {
  return ServiceMissing(std::string(kName) + ": " + problem);
}

bool is_failure(const Message& reply) {
  return reply.kind == Message::Kind::failure && reply.fields.size() == 3;
}

bool is_program(const fs::path& path) { return ::access(path.c_str(), X_OK) == 0; }

}  // namespace

std::string find_python_helper() {
  if (const char* named = std::getenv("NORMALIZE_PYTHON_HELPER"); named && *named) {
    if (is_program(named)) return named;
    throw missing("NORMALIZE_PYTHON_HELPER names \"" + escape(named) + "\", which is no program");
  }
  const fs::path beside = fs::path(own_path()).parent_path() / kName;
  if (beside.is_absolute() && is_program(beside)) return beside;
  throw missing("not found beside the running program (\"" + escape(beside.string()) +
                "\"); it is built where Python's headers are (Debian: python3-dev), and "
                "NORMALIZE_PYTHON_HELPER can name it");
}

ProgramCall helper_call(const HelperOptions& options) {
  const auto own_patience = std::chrono::ceil<std::chrono::seconds>(options.patience) + kGrace;
  ProgramCall call{options.program.empty() ? find_python_helper() : options.program,
                   {std::string(kName), std::to_string(options.memory_bytes),
                    std::to_string(own_patience.count())}};
  if (options.plugin_folders) {
    call.words.emplace_back(kPythonPluginFolders);
    call.words.insert(call.words.end(), options.plugin_folders->begin(),
                      options.plugin_folders->end());
  }
  return call;
}

std::string printable(ByteView text) {
  constexpr std::size_t kEnough = 300;
  std::string_view left = as_text(text.first(std::min(text.size(), kEnough)));
  std::string out;
  while (!left.empty()) {
    const std::size_t length = std::max<std::size_t>(1, utf8_sequence(left));
    out += left.front() == '\\' ? "\\" : escape(left.substr(0, length));
    left.remove_prefix(length);
  }
  return out;
}

bool HelperProcess::start() {
  if (child_) return false;
  if (!options_.launcher) options_.launcher = own_launcher(helper_call(options_));
  try {
    child_ = std::make_unique<Child>(options_.launcher);
  } catch (const std::system_error& error) {
    fail(std::string("cannot be started: ") + error.what());
  }
  assembler_ = {};
  read_greeting(exchange({}));
  return true;
}

void HelperProcess::read_greeting(const Message& greeting) {
  if (greeting.kind != Message::Kind::greeting || greeting.fields.size() != 3 ||
      greeting.fields[2].size() != magic_.size())
    reject("no greeting");
  if (as_text(greeting.fields[0]) != kPythonProtocol)
    reject("\"" + printable(greeting.fields[0]) + "\" instead of \"" +
           std::string(kPythonProtocol) + "\", so it belongs to another version of normalize");
  version_ = printable(greeting.fields[1]);
  std::ranges::copy(greeting.fields[2], magic_.begin());
}

Message HelperProcess::ask(const Message& request) {
  Bytes encoded;
  try {
    encoded = encode(request);
  } catch (const std::length_error&) {
    fail("not asked, since the request is over " + std::to_string(kMaxMessageBytes) + " bytes");
  }
  start();
  Message reply = exchange(encoded);
  if (reply.kind != Message::Kind::result && !is_failure(reply))
    reject("a reply of another kind than asked for");
  // What is left of its memory is in pieces.
  if (is_failure(reply) && as_text(reply.fields[0]) == "MemoryError") child_.reset();
  return reply;
}

/// Sends `request`, which may be empty, and waits for one message.
Message HelperProcess::exchange(ByteView request) {
  const Deadline deadline = std::chrono::steady_clock::now() + options_.patience;
  Child::Trouble trouble = child_->send(request, deadline);
  while (trouble == Child::Trouble::none) {
    Bytes arrived;
    trouble = child_->receive(arrived, deadline);
    assembler_.feed(arrived);
    try {
      if (auto message = assembler_.next()) {
        if (assembler_.pending()) reject("more than one reply");
        return *std::move(message);
      }
    } catch (const FormatError& error) {
      reject(error.what());
    }
  }
  give_up(trouble);
}

void HelperProcess::give_up(Child::Trouble trouble) {
  const std::string how = child_->end(trouble);
  child_.reset();
  fail(trouble == Child::Trouble::deadline
           ? "no answer within " + std::to_string(options_.patience.count()) + " ms; ended"
           : printable(as_bytes(how)));
}

void HelperProcess::reject(const std::string& problem) {
  child_.reset();
  fail("does not speak as it should: " + problem);
}

}  // namespace normalize
