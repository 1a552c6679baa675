// What a plugin is given, and what becomes of its answer.

#include <doctest/doctest.h>

#include "tests/driver/python/plugins.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("a plugin gets bytes, the path and the rule's settings, and gives bytes") {
  if (!have_python_helper()) return;
  OnePlugin plugin(
      "def normal(data, path, settings):\n"
      "    return b'%s %s %r' % (data[:1], path.encode(), settings['depth']) "
      "if data[1:] else None\n");
  CHECK(plugin("x", {}, R"({"depth": 3})") == "None");
  OnePlugin told(
      "def normal(data, path, settings):\n"
      "    return ascii((data, path, settings)).encode() if data == b'\\0\\xff' else None\n");
  CHECK(told(std::string_view("\0\xff", 2), {}, R"({"a": [1, 2.5, true], "b": {"c": "é"}})") ==
        R"((b'\x00\xff', 'usr/lib/index', {'a': [1, 2.5, True], 'b': {'c': '\xe9'}}))");
}

TEST_CASE("None, and the same bytes again, leave the file") {
  if (!have_python_helper()) return;
  CHECK(OnePlugin("def normal(data, path, settings): pass\n")("x") == "None");
  CHECK(OnePlugin("def normal(data, path, settings): return data\n")("x") == "None");
  CHECK(OnePlugin("def normal(data, path, settings): return bytes(list(data))\n")("x") == "None");
  CHECK(OnePlugin("def normal(data, path, settings): return b''\n")("x").empty());
  CHECK(OnePlugin("def normal(data, path, settings): return b''\n")("") == "None");
}

TEST_CASE("a plugin says what it found, in its words and with its hint") {
  if (!have_python_helper()) return;
  OnePlugin plugin(
      "import normalize\n"
      "def normal(data, path, settings):\n"
      "    normalize.finding('date', b'1\\xff', 2, hint='tool --no-date')\n"
      "    normalize.finding(field='order', before='b, a', after='a, b')\n"
      "    return b'normal'\n");
  const PluginResult result = plugin.run("x");
  REQUIRE(result.findings.size() == 2);
  CHECK(result.findings[0].field->name == "date");
  CHECK(result.findings[0].field->hint == "tool --no-date");
  CHECK(result.findings[0].before == "1\\xff");
  CHECK(result.findings[0].after == "2");
  CHECK(result.findings[1].field->hint.empty());
  CHECK(result.findings[1].after == "a, b");
  CHECK(plugin.run("y").findings[0].field == result.findings[0].field);
  CHECK(plugin.run("normal").findings.empty());
}

TEST_CASE("no flood of findings gets through, and what is cut is counted") {
  if (!have_python_helper()) return;
  OnePlugin plugin(
      "import normalize\n"
      "def normal(data, path, settings):\n"
      "    for i in range(5000): normalize.finding('x' * 999, 'y' * 9999, i)\n"
      "    return b'normal'\n");
  const PluginResult result = plugin.run("x");
  REQUIRE(result.findings.size() == 1001);
  CHECK(result.findings[0].field->name.size() == 100);
  CHECK(result.findings[0].before.size() == 4000);
  CHECK(result.findings[1000].field->name == "more");
  CHECK(result.findings[1000].after == "4000 changes");
}

TEST_CASE("a plugin sees the epoch, what becomes of times, and the profile") {
  if (!have_python_helper()) return;
  OnePlugin plugin(
      "import normalize\n"
      "from normalize import epoch, profile\n"
      "def normal(data, path, settings):\n"
      "    times = normalize.normal_time(5), normalize.normal_time(2000)\n"
      "    return ascii((epoch, profile, times)).encode()\n");
  CHECK(plugin("x") == "(None, 'safe', (0, 0))");
  Rules rules;
  rules.epoch = 1000;
  CHECK(plugin("x", rules) == "(1000, 'safe', (5, 1000))");
  rules.time_mode = TimeMode::set;
  rules.profile = Profile::strict;
  CHECK(plugin("x", rules) == "(1000, 'strict', (1000, 1000))");
  CHECK(plugin("x") == "(None, 'safe', (0, 0))");
}

TEST_CASE("what one call leaves in memory, no other call meets") {
  if (!have_python_helper()) return;
  OnePlugin plugin(
      "import json, os, sys\n"
      "seen = []\n"
      "def normal(data, path, settings):\n"
      "    if data.startswith(b'seen'): return None\n"
      "    seen.append(data); json.mark = True; os.chdir('/tmp'); sys.path.clear()\n"
      "    os.environ['MARK'] = '1'\n"
      "    return b'seen %d' % len(seen)\n");
  for (int i = 0; i < 3; ++i) CHECK(plugin("file " + std::to_string(i)) == "seen 1");
}

TEST_CASE("neither environment, zone, hash seed nor site packages reach a plugin") {
  if (!have_python_helper()) return;
  ::setenv("MARK", "1", 1);
  ::setenv("TZ", "Asia/Tokyo", 1);
  ::setenv("PYTHONPATH", "/tmp", 1);
  OnePlugin plugin(
      "import os, sys, time\n"
      "def normal(data, path, settings):\n"
      "    return ascii((sorted(os.environ), time.localtime(0).tm_hour, 'site' in sys.modules,\n"
      "                  os.getcwd(), '/tmp' in sys.path, sys.flags.utf8_mode)).encode()\n");
  CHECK(plugin("x") == "(['LC_ALL', 'TZ'], 0, False, '/', False, 1)");
  for (const char* name : {"MARK", "TZ", "PYTHONPATH"}) ::unsetenv(name);
  OnePlugin hashes("def normal(data, path, settings): return b'%d' % hash('text')\n");
  const std::string first = hashes("x");
  OnePlugin again("def normal(data, path, settings): return b'%d' % hash('text')\n");
  CHECK(again("x") == first);
}

TEST_CASE("modules beside a plugin can be imported, and nothing is left beside it") {
  if (!have_python_helper()) return;
  TempTree tree;
  tree.file("one/shared_part.py", "WORD = b'one'\n");
  tree.file("one/json.py", "import shared_part, xml\ndef f(*call): return shared_part.WORD\n");
  Plugins plugins({(tree / "none").string(), (tree / "one").string()}, 1, python_options());
  const Rules rules;
  const PluginResult result = plugins.call({"json:f", "{}", "a", bytes("x"), rules});
  CHECK(as_text(result.output.value()) == "one");
  CHECK_FALSE(std::filesystem::exists(tree / "one/__pycache__"));
}

TEST_CASE("a plugin that is not there is named, with where it was looked for") {
  const TempTree tree;
  const Rules rules;
  const auto error = [&](std::vector<std::string> folders, std::string_view function) {
    Plugins plugins(std::move(folders), 1, python_options());
    try {
      plugins.call({function, "{}", "a", bytes("x"), rules});
    } catch (const ServiceError& problem) {
      return std::string(problem.what());
    }
    return std::string("no error");
  };
  CHECK(error({"/nonexistent", tree.path().string()}, "a:b") ==
        "plugin a:b: no a.py in /nonexistent, " + tree.path().string() + " (--plugin-path)");
  CHECK(error({}, "a:b") == "plugin a:b: no folder of plugins is known (--plugin-path)");
  CHECK(error({"/"}, "../a:b") == "plugin ../a:b: a plugin is named as module:function");
}

TEST_CASE("without normalize-python a plugin says how to get it") {
  const TempTree tree;
  tree.file("a.py", "def b(*call): pass\n");
  const Rules rules;
  Plugins plugins({tree.path().string()}, 1, {"/nonexistent/normalize-python"});
  CHECK_THROWS_WITH_AS(plugins.call({"a:b", "{}", "a", bytes("x"), rules}),
                       "plugin a:b: normalize-python: cannot be started: "
                       "/nonexistent/normalize-python: No such file or directory",
                       ServiceError);
}

TEST_CASE("a program that is told the folders of plugins loads what is there and nothing else") {
  if (!have_python_helper()) return;
  const TempTree tree;
  const std::string text = "def normal(data, path, settings): return b'normal'\n";
  tree.file("plugins/good.py", text);
  tree.file("beside/evil.py", text);
  tree.file("plugins/sub/deeper.py", text);
  HelperOptions options = python_options();
  options.plugin_folders = {(tree / "empty").string(), (tree / "plugins").string()};
  options = as_launched(std::move(options));
  const Rules rules;
  const auto answer = [&](const std::string& name, const std::string& path,
                          const std::string& source) -> std::string {
    const PluginModule module{name,        (tree / path).string(), bytes(source),
                              rules.epoch, rules.time_mode,        rules.profile};
    PluginHelper helper(module, options);
    try {
      return std::string(
          as_text(helper.call("normal", {"", "{}", "x", bytes("x"), rules}).output.value()));
    } catch (const PluginLoadError& error) {
      return error.what();
    }
  };
  const std::string refusal =
      "cannot be loaded: is not, as it is, in a folder of plugins of this run";
  CHECK(answer("good", "plugins/good.py", text) == "normal");
  CHECK(answer("good", "plugins/good.py", text + "x = 1\n") == refusal);
  CHECK(answer("good", "plugins/good.py", text.substr(1)) == refusal);
  CHECK(answer("other", "plugins/good.py", text) == refusal);
  CHECK(answer("new", "plugins/new.py", text) == refusal);
  CHECK(answer("evil", "beside/evil.py", text) == refusal);
  CHECK(answer("evil", "plugins/../beside/evil.py", text) == refusal);
  CHECK(answer("../beside/evil", "plugins/../beside/evil.py", text) == refusal);
  CHECK(answer("deeper", "plugins/sub/deeper.py", text) == refusal);
  options.plugin_folders->clear();
  options.launcher = nullptr;
  CHECK(answer("good", "plugins/good.py", text) == refusal);
}
