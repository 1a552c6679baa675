#include "normalizers/plugin.h"

#include <doctest/doctest.h>

#include "tests/support/services.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr Field kDate{"date", "tool --no-date"};

/// A plugin's answer to "input", as a normalizer meets it.
struct Answer {
  std::string content;
  Journal journal;

  explicit Answer(PluginResult result) {
    FakePython python;
    python.run_plugin = [&](const PluginCall& call) {
      CHECK(call.function == "module:function");
      CHECK(call.settings == "{}");
      CHECK(call.path == "usr/index");
      CHECK(as_text(call.input) == "input");
      return std::move(result);
    };
    const Rules rules;
    Context context(rules, journal, "usr/index", 5, nullptr, &python);
    const Bytes input = bytes("input");
    const Content content_of_it = run_plugin("module:function", "{}", input, context);
    Buffer storage;
    content = as_text(content_of_it.contiguous(storage));
  }
};

}  // namespace

TEST_CASE("a file that a plugin leaves stays, and nothing is said") {
  const Answer answer({std::nullopt, {}});
  CHECK(answer.content == "input");
  CHECK(answer.journal.findings.empty());
}

TEST_CASE("what a plugin says of its changes becomes findings") {
  const Answer answer({bytes("output"), {{&kDate, "2026", "2024"}, {&kDate, "2025", "2024"}}});
  CHECK(answer.content == "output");
  REQUIRE(answer.journal.findings.size() == 2);
  CHECK(answer.journal.findings[0].field->hint == "tool --no-date");
  CHECK(answer.journal.findings[1].before == "2025");
}

TEST_CASE("a change that a plugin says nothing of is told by its size") {
  const Answer answer({bytes("output"), {}});
  REQUIRE(answer.journal.findings.size() == 1);
  CHECK(answer.journal.findings[0].field->name == "content");
  CHECK(answer.journal.findings[0].before == "5 bytes");
  CHECK(answer.journal.findings[0].after == "6 bytes");
}

TEST_CASE("without anybody to run it the file stays, which is noted") {
  const Rules rules;
  Journal journal;
  Context context(rules, journal, "a", 1);
  const Bytes input = bytes("x");
  CHECK(run_plugin("a:b", "{}", input, context) == ByteView(input));
  REQUIRE(journal.remarks.size() == 1);
  CHECK(journal.remarks[0].kind == Remark::Kind::note);
  CHECK(journal.remarks[0].text == ": plugin a:b: there is no Python at hand; left as it was");
}
