// What becomes of a request when normalize-python crashes, hangs, starves or lies.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "driver/python/plugins.h"
#include "tests/support/bytes.h"
#include "tests/support/python.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::chrono_literals;

namespace {

const Bytes kSource = bytes("x = 1\n");

std::string recompile_error(Services& services) {
  return helper_error([&] { services.recompile(kSource, "a.py", 0); });
}

/// A program of sh(1) that stands in for normalize-python. The socket is its descriptor 3.
class FakeHelper {
 public:
  explicit FakeHelper(const std::string& script) {
    program_ = tree_.file("normalize-python", "#!/bin/sh\n" + script).string();
    REQUIRE(::chmod(program_.c_str(), 0755) == 0);
  }
  HelperOptions options(std::chrono::milliseconds patience = 20s) const {
    return as_launched({program_, patience, std::uint64_t{1} << 30});
  }
  /// What comes of a request to it.
  std::string error(std::chrono::milliseconds patience = 20s) const {
    PythonHelper helper(options(patience));
    return recompile_error(helper);
  }

 private:
  TempTree tree_;
  std::string program_;
};

/// A line of sh(1) that sends `message`.
std::string say(const Message& message) {
  std::string octal;
  for (const std::byte b : encode(message)) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "\\%03o", std::to_integer<unsigned>(b));
    octal += digits;
  }
  return "printf '" + octal + "' >&3\n";
}

Message greeting(std::string_view protocol = kPythonProtocol) {
  Message message{Message::Kind::greeting, {}};
  message.add(protocol);
  message.add("3.11.2");
  message.add("\xa7\x0d\r\n");
  return message;
}

bool is_gone(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return !(status >> number >> name >> state) || state == "Z";
}

}  // namespace

TEST_CASE("a helper killed in the middle of a request costs that request alone") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  helper.python_magic();
  REQUIRE(::kill(helper.pid(), SIGSTOP) == 0);  // so that the request is under way for sure
  std::jthread killer([pid = helper.pid()] {
    std::this_thread::sleep_for(100ms);
    ::kill(pid, SIGKILL);
  });
  CHECK(recompile_error(helper) == "normalize-python: killed by signal 9");
  CHECK(recompile_error(helper) == "no error");
}

TEST_CASE("a helper that died between two requests is noticed, and no signal reaches us") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  helper.python_magic();
  REQUIRE(::kill(helper.pid(), SIGSEGV) == 0);
  while (!is_gone(helper.pid())) std::this_thread::sleep_for(1ms);
  CHECK(recompile_error(helper) == "normalize-python: killed by signal 11");
  CHECK(recompile_error(helper) == "no error");
}

TEST_CASE("a helper that hangs is ended when patience is") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options(5s));
  helper.python_magic();
  REQUIRE(::kill(helper.pid(), SIGSTOP) == 0);
  CHECK(recompile_error(helper) == "normalize-python: no answer within 5000 ms; ended");
  CHECK(recompile_error(helper) == "no error");
}

TEST_CASE("a helper that takes no more of a long request is ended as well") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options(5s));
  helper.python_magic();
  REQUIRE(::kill(helper.pid(), SIGSTOP) == 0);
  const Bytes long_source(std::size_t{4} << 20, std::byte{'\n'});
  CHECK(helper_error([&] { helper.recompile(long_source, "a.py", 0); }) ==
        "normalize-python: no answer within 5000 ms; ended");
}

TEST_CASE("a source that asks for more memory than there is costs that request alone") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options(60s, std::uint64_t{128} << 20));
  std::string hungry = "x = [";
  for (int i = 0; i < 1'000'000; ++i) hungry += "a,";
  hungry += "]\n";
  const std::string error = helper_error([&] { helper.recompile(as_bytes(hungry), "a.py", 0); });
  CHECK_MESSAGE(error.find("MemoryError") != std::string::npos, error);
  CHECK(recompile_error(helper) == "no error");
}

TEST_CASE("a source nested too deeply is refused, or costs that request alone") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  for (const std::string& deep : {std::string(100'000, '('), std::string(100'000, '-') + "1", [] {
                                    std::string source = "x = 1";
                                    for (int i = 0; i < 20'000; ++i) source += "+1";
                                    return source;
                                  }()}) {
    const std::string error = helper_error([&] { helper.recompile(as_bytes(deep), "a.py", 0); });
    CHECK_MESSAGE(error.starts_with("normalize-python: "), error);
    CHECK(recompile_error(helper) == "no error");
  }
}

TEST_CASE("marshal data that lies about its size or depth costs that request alone") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  for (const std::string& hostile :
       {std::string("(\xff\xff\xff\x7f", 5), std::string(1'000'000, '['),
        std::string("r\x10\0\0\0", 5), std::string("l\xff\xff\xff\x7f", 5)}) {
    const std::string error =
        helper_error([&] { helper.first_difference(as_bytes(hostile), as_bytes(hostile)); });
    CHECK_MESSAGE(error.starts_with("normalize-python: "), error);
  }
  CHECK(recompile_error(helper) == "no error");
}

TEST_CASE("a helper that ends at once says why in its last words") {
  CHECK(FakeHelper("echo context >&2; echo 'no libpython here' >&2; exit 7").error() ==
        "normalize-python: exited with status 7: no libpython here");
  CHECK(FakeHelper("kill -11 $$").error() == "normalize-python: killed by signal 11");
}

TEST_CASE("last words are fit for a report, however long and whatever they hold") {
  const std::string error = FakeHelper("printf '\\033[31m\\377 red\\n' >&2; exit 1").error();
  CHECK(error == "normalize-python: exited with status 1: \\x1b[31m\\xff red");
  CHECK(FakeHelper("head -c 1000000 /dev/zero >&2; exit 1").error().size() < 2000);
}

TEST_CASE("a helper that closes its socket and stays is ended") {
  CHECK(FakeHelper("exec 3>&- 3<&-; sleep 1000").error() ==
        "normalize-python: closed its end of the conversation");
}

TEST_CASE("a helper that says nothing, or half of something, is ended when patience is") {
  CHECK(FakeHelper("sleep 1000").error(300ms) ==
        "normalize-python: no answer within 300 ms; ended");
  CHECK(FakeHelper("printf '\\100\\0\\0\\0G' >&3; sleep 1000").error(300ms) ==
        "normalize-python: no answer within 300 ms; ended");
  CHECK(FakeHelper("while :; do echo noise >&2; done").error(300ms) ==
        "normalize-python: no answer within 300 ms; ended");
}

TEST_CASE("nonsense for a greeting is told from a greeting") {
  const std::string intro = "normalize-python: does not speak as it should: ";
  CHECK(FakeHelper("echo Python 3.11.2 >&3; sleep 1000").error() ==
        intro + "message of 1752463696 bytes");
  CHECK(FakeHelper("printf '\\001\\0\\0\\0?' >&3; sleep 1000").error() ==
        intro + "message of an unknown kind");
  CHECK(FakeHelper("printf '\\0\\0\\0\\0' >&3; sleep 1000").error() ==
        intro + "kind needs 1 bytes, 0 are left");
  CHECK(FakeHelper("printf '\\006\\0\\0\\0G\\377\\0\\0\\0!' >&3; sleep 1000").error() ==
        intro + "field needs 255 bytes, 1 are left");
  CHECK(FakeHelper(say({Message::Kind::result, {}}) + "sleep 1000").error() ==
        intro + "no greeting");
  CHECK(FakeHelper(say(greeting("normalize-python 0")) + "sleep 1000").error() ==
        intro +
            "\"normalize-python 0\" instead of \"normalize-python 2\", so it belongs to "
            "another version of normalize");
  CHECK(FakeHelper(say(greeting()) + say(greeting()) + "sleep 1000")
            .error(2s)
            .starts_with("normalize-python: "));
}

TEST_CASE("nonsense for an answer costs that request, and the next one meets a new helper") {
  const std::string intro = "normalize-python: does not speak as it should: ";
  Message two_fields{Message::Kind::result, {bytes("a"), bytes("b")}};
  const FakeHelper twice(say(greeting()) + "head -c 9 <&3 >/dev/null\n" + say(two_fields) +
                         "sleep 1000");
  PythonHelper helper(twice.options());
  for (int i = 0; i < 2; ++i)
    CHECK(recompile_error(helper) == intro + "a recompiled file in 2 fields");
  CHECK(helper_error([&] { helper.first_difference(kSource, kSource); }) ==
        intro + "a comparison in 2 fields");
  CHECK(FakeHelper(say(greeting()) + "head -c 9 <&3 >/dev/null\n" + say(greeting()) + "sleep 1000")
            .error() == intro + "a reply of another kind than asked for");
}

TEST_CASE("nonsense for a plugin's answer costs that call") {
  const std::string wait = "head -c 9 <&3 >/dev/null\n";
  const Message two_fields{Message::Kind::result, {bytes("a"), bytes("b")}};
  // Nine bytes are not all of a request: the second answer must not come with the first.
  const FakeHelper fake(say(greeting()) + wait + say({Message::Kind::result, {}}) + "sleep 1\n" +
                        wait + say(two_fields) + "sleep 1000");
  const TempTree tree;
  tree.file("a.py", "");
  Plugins plugins({tree.string()}, 1, fake.options());
  const Rules rules;
  for (int i = 0; i < 2; ++i)
    CHECK_THROWS_WITH_AS(plugins.call({"a:b", "{}", "name", kSource, rules}),
                         "plugin a:b: normalize-python: does not speak as it should: "
                         "a plugin's result in 2 fields",
                         ServiceError);
}

TEST_CASE("a missing helper is named, with the way to get it") {
  PythonHelper helper(as_launched({"/nonexistent/normalize-python", 1s, 1 << 30}));
  CHECK(recompile_error(helper) ==
        "normalize-python: cannot be started: /nonexistent/normalize-python: "
        "No such file or directory");

  ::setenv("NORMALIZE_PYTHON_HELPER", "/nonexistent/x", 1);
  CHECK(helper_error(find_python_helper) ==
        "normalize-python: NORMALIZE_PYTHON_HELPER names \"/nonexistent/x\", which is no program");
  const FakeHelper fake("exit 5");
  ::setenv("NORMALIZE_PYTHON_HELPER", fake.options().program.c_str(), 1);
  CHECK(find_python_helper() == fake.options().program);
  ::unsetenv("NORMALIZE_PYTHON_HELPER");
  // The tests stand in a folder of their own.
  CHECK(helper_error(find_python_helper).find("Debian: python3-dev") != std::string::npos);
}

TEST_CASE("no descriptor and no process is left of helpers that came to any end") {
  const std::size_t descriptors = open_descriptors();
  FakeHelper("exit 1").error();
  FakeHelper("sleep 1000 & sleep 1000").error(200ms);
  FakeHelper("echo >&3; sleep 1000").error(200ms);
  if (have_python_helper()) {
    PythonHelper helper(python_options());
    for (int i = 0; i < 3; ++i) {
      helper.python_magic();
      ::kill(helper.pid(), SIGKILL);
      recompile_error(helper);
    }
  }
  CHECK(open_descriptors() == descriptors);
  CHECK_FALSE(has_children());
}

TEST_CASE("the helper has no descriptor of ours, though it was left open to it") {
  const int leak = ::dup(STDERR_FILENO);
  CHECK(FakeHelper("ls /proc/self/fd | tr '\\n' ' ' >&2; exit 1").error() ==
        "normalize-python: exited with status 1: 0 1 2 3 4");  // 4 is the folder that ls reads
  ::close(leak);
}

TEST_CASE("the helper goes when its user is killed") {
  if (!have_python_helper()) return;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t user = ::fork();
  if (user == 0) {
    PythonHelper helper(python_options());
    helper.python_magic();
    const pid_t pid = helper.pid();
    if (::write(ends[1], &pid, sizeof pid) == sizeof pid) ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  pid_t helper = 0;
  REQUIRE(::read(ends[0], &helper, sizeof helper) == sizeof helper);
  ::waitpid(user, nullptr, 0);
  for (auto waited = 0ms; waited < 10s && !is_gone(helper); waited += 10ms)
    std::this_thread::sleep_for(10ms);
  CHECK(is_gone(helper));
  ::close(ends[0]);
  ::close(ends[1]);
}
