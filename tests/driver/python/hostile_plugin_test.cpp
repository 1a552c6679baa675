// What becomes of a file, and of the next, when a plugin raises, lies, hangs, starves or crashes.

#include <doctest/doctest.h>

#include <thread>

#include "tests/driver/python/plugins.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::chrono_literals;

namespace {

/// A plugin that does `evil` to files but for "good" ones, which it leaves.
std::string evil_but(const std::string& evil) {
  return "import os, sys, time\n"
         "def normal(data, path, settings):\n"
         "    if data != b'good':\n"
         "        " +
         evil + "\n";
}

/// The error of such a plugin; afterwards a good file is served.
std::string error_of(const std::string& evil, HelperOptions options = python_options()) {
  OnePlugin plugin(evil_but(evil), std::move(options));
  const std::string error = plugin.error();
  CHECK(plugin("good") == "None");
  return error;
}

}  // namespace

TEST_CASE("an exception is told with its place, and its traceback is at hand") {
  if (!have_python_helper()) return;
  CHECK(error_of("raise ValueError('no count')") == "ValueError: no count (plugin.py, line 4)");
  CHECK(error_of("{}['x']") == "KeyError: 'x' (plugin.py, line 4)");
  CHECK(error_of("__import__('json').loads('?')") ==
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0) (plugin.py, line "
        "4)");
  CHECK(error_of("sys.exit('bye')") == "SystemExit: bye (plugin.py, line 4)");
  CHECK(error_of("raise KeyboardInterrupt") == "KeyboardInterrupt (plugin.py, line 4)");
  CHECK(error_of("normal(data, path, settings)").starts_with("RecursionError: "));
  OnePlugin plugin(evil_but("raise ValueError('no count')"));
  try {
    plugin.run("evil");
    FAIL("no error");
  } catch (const PluginError& error) {
    CHECK(error.traceback().starts_with("Traceback (most recent call last):\n  File \"/"));
    CHECK(error.traceback().find("raise ValueError('no count')\n") != std::string::npos);
  }
}

TEST_CASE(
    "an exception whose text raises, or is full of control characters, is told all the same") {
  if (!have_python_helper()) return;
  CHECK(error_of("raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()") ==
        "E (plugin.py, line 4)");
  CHECK(error_of("raise ValueError('\\x1b[31m\\udcff' + 'x' * 999)").size() < 400);
  CHECK(error_of("raise ValueError('\\x1b[31m')") == "ValueError: \\x1b[31m (plugin.py, line 4)");
}

TEST_CASE("what is neither bytes nor None is refused, and so is what would change again") {
  if (!have_python_helper()) return;
  CHECK(error_of("return 'text'") == "returned str, not bytes or None");
  CHECK(error_of("return 0") == "returned int, not bytes or None");
  CHECK(error_of("return bytearray(b'x')") == "returned bytearray, not bytes or None");
  CHECK(error_of("return data + b'!'") == "would change its own output again");
  CHECK(error_of("return b'x' if data == b'input' else 1/0").starts_with("ZeroDivisionError"));
}

TEST_CASE("a module without the function, or with one of other arguments, says so") {
  if (!have_python_helper()) return;
  CHECK(OnePlugin("x = 1\n").error().find("has no attribute 'normal'") != std::string::npos);
  CHECK(OnePlugin("normal = 1\n").error() == "TypeError: 'int' object is not callable");
  CHECK(OnePlugin("def normal(data): pass\n").error() ==
        "TypeError: normal() takes 1 positional argument but 3 were given");
}

TEST_CASE("a module that cannot be loaded says why, for every file, and is tried once") {
  if (!have_python_helper()) return;
  OnePlugin wrong("def normal(:\n");
  for (int i = 0; i < 2; ++i)
    CHECK(wrong.error() == "cannot be loaded: SyntaxError: invalid syntax (plugin.py, line 1)");
  CHECK(OnePlugin("import no_such_module\n").error() ==
        "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module' (plugin.py, line "
        "1)");
  CHECK(OnePlugin("import os\nos.abort()\n")
            .error()
            .starts_with("cannot be loaded: normalize-python: killed by signal 6"));
  OnePlugin hanging("while True: pass\n", python_options(1s));
  for (int i = 0; i < 50; ++i)
    REQUIRE(hanging.error() ==
            "cannot be loaded: normalize-python: no answer within 6000 ms; ended");
}

TEST_CASE("a crash costs one file") {
  if (!have_python_helper()) return;
  CHECK(error_of("os.abort()") == "killed by signal 6");
  CHECK(error_of("os.kill(os.getpid(), 9)") == "killed by signal 9");
  CHECK(error_of("os._exit(3)") == "exited with status 3");
  CHECK(error_of("os._exit(0)") == "exited with status 0");
  CHECK(error_of("__import__('ctypes').string_at(0)") == "killed by signal 11");
}

TEST_CASE("a plugin that hangs, busy or asleep, is ended") {
  if (!have_python_helper()) return;
  const std::string ended = "no answer within 1 s; ended";
  CHECK(error_of("time.sleep(1000)", python_options(1s)) == ended);
  const std::string busy = error_of("while True: pass", python_options(1s));
  CHECK_MESSAGE((busy == ended || busy == "killed by signal 24"), busy);
  CHECK(error_of("__import__('signal').pthread_sigmask(0, range(1, 60)); time.sleep(1000)",
                 python_options(1s)) == ended);
  CHECK(error_of("os.kill(os.getpid(), 19)", python_options(1s)) == ended);
}

TEST_CASE("a plugin that eats memory gets a MemoryError, or is ended") {
  if (!have_python_helper()) return;
  CHECK(error_of("x = b'x' * (2 << 30)") == "MemoryError (plugin.py, line 4)");
  const std::string error = error_of("x = []\n        while True: x.append(b'x' * 1000)",
                                     python_options(60s, std::uint64_t{128} << 20));
  CHECK_MESSAGE((error.starts_with("MemoryError") || error.starts_with("killed by")), error);
}

TEST_CASE("what a plugin prints goes nowhere") {
  if (!have_python_helper()) return;
  CHECK(error_of("print('x' * 1000000, flush=True); return None") == "no error, but None");
  CHECK(error_of("sys.stderr.write('x' * 1000000); return None") == "no error, but None");
  CHECK(error_of("os.write(1, b'x' * 100000); return None") == "no error, but None");
  CHECK(error_of("sys.stdin.read(); return None") == "no error, but None");
}

TEST_CASE("a plugin that closes or writes to descriptors costs one file") {
  if (!have_python_helper()) return;
  const std::string not_its_own = "a descriptor that is not its own";
  CHECK(error_of("os.closerange(0, 1000); time.sleep(1000)") == "closed " + not_its_own);
  CHECK(error_of("os.closerange(0, 1000)") == "exited with status 1");
  for (const char* junk : {"b'\\0' * 4", "b'\\1\\0\\0\\0?'", "b'\\xff' * 100", "b'\\1\\0\\0\\0G'",
                           "b'\\6\\0\\0\\0R\\x09\\0\\0\\0x'"})
    CHECK(error_of(std::string("for f in range(3, 9):\n"
                               "            try: os.write(f, ") +
                   junk + ")\n            except OSError: pass\n        time.sleep(1000)") ==
          "wrote to " + not_its_own);
}

TEST_CASE("a plugin that forks gives one answer, and nothing it started outlives its call") {
  if (!have_python_helper()) return;
  CHECK(error_of("return b'good' if os.fork() else None").starts_with("no error, but "));
  const std::string evil =
      "out, into = os.pipe()\n"
      "        daemon = os.fork()\n"
      "        if daemon == 0:\n"
      "            os.setsid()\n"
      "            if os.fork() == 0:\n"
      "                os.write(into, b'%d' % os.getpid())\n"
      "                time.sleep(1000)\n"
      "            os._exit(0)\n"
      "        os.waitpid(daemon, 0)\n"
      "        raise RuntimeError(os.read(out, 20).decode())\n";
  const std::string answer = error_of(evil), words = "RuntimeError: ";
  REQUIRE_MESSAGE(answer.starts_with(words), answer);
  const int stray = std::stoi(answer.substr(words.size()));
  CHECK_FALSE(std::filesystem::exists("/proc/" + std::to_string(stray)));
}

TEST_CASE("threads that a plugin leaves behind end with its call") {
  if (!have_python_helper()) return;
  CHECK(error_of("__import__('threading').Thread(target=time.sleep, args=[1000]).start(); "
                 "return b'good'") == "no error, but good");
}

TEST_CASE("good files are served while other workers' files crash and hang") {
  if (!have_python_helper()) return;
  OnePlugin plugin(
      "import os, time\n"
      "def normal(data, path, settings):\n"
      "    number = int(data)\n"
      "    if number % 4 == 1: os.abort()\n"
      "    if number % 4 == 2: raise ValueError(number)\n"
      "    if number == 3: time.sleep(1000)\n"
      "    return b'0'\n",
      python_options(2s), 4);
  std::vector<std::string> answers(24);
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> workers;
    for (int n = 0; n < 4; ++n)
      workers.emplace_back([&] {
        for (std::size_t i; (i = next++) < answers.size();) {
          try {
            answers[i] = plugin(std::to_string(i));
          } catch (const ServiceError& error) {
            answers[i] = error.what();
          }
        }
      });
  }
  const std::string name = "plugin plugin:normal: ";
  for (std::size_t i = 0; i < answers.size(); ++i) {
    std::string expected = i == 0 ? "None" : "0";
    if (i % 4 == 1) expected = name + "killed by signal 6";
    if (i % 4 == 2) expected = name + "ValueError: " + std::to_string(i) + " (plugin.py, line 5)";
    if (i == 3) expected = name + "no answer within 2 s; ended";
    CHECK(answers[i] == expected);
  }
}

TEST_CASE("no process and no descriptor is left of plugins that came to any end") {
  if (!have_python_helper()) return;
  const std::size_t descriptors = open_descriptors();
  error_of("os.abort()");
  error_of("time.sleep(1000)", python_options(1s));
  OnePlugin("import os\nos._exit(1)\n").error();
  CHECK(open_descriptors() == descriptors);
  CHECK_FALSE(has_children());
}
