// The plugins that come with the program, over files that real generators wrote.

#include <doctest/doctest.h>

#include "driver/python/plugins.h"
#include "tests/support/bytes.h"
#include "tests/support/python.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr std::string_view kParts =
    R"({"sorted": ["terms", "titleterms", "alltitles", "indexentries"]})";

Bytes data(std::string_view name) { return read_file(data_folder() / "plugins" / name); }

/// A plugin that comes with the program.
class Shipped {
 public:
  explicit Shipped(std::string function) : function_(std::move(function)) {}

  PluginResult run(ByteView input, const Rules& rules = rules_with_epoch(),
                   std::string_view settings = "{}") {
    return plugins_.call({function_, settings, "a", input, rules});
  }
  /// The output, which there has to be.
  Bytes operator()(ByteView input, const Rules& rules = rules_with_epoch(),
                   std::string_view settings = "{}") {
    return run(input, rules, settings).output.value();
  }

 private:
  std::string function_;
  Plugins plugins_{{shipped_plugins()}, 1, python_options()};
};

/// `text` with the first `before` replaced, which has to be there.
std::string replaced(std::string text, std::string_view before, std::string_view after) {
  const std::size_t at = text.find(before);
  REQUIRE(at != text.npos);
  return text.replace(at, before.size(), after);
}

/// What fontTools says of a font's times, its tables' sums checked on the way.
std::string font_times(const Bytes& font) {
  const TempTree tree;
  const auto file = tree.file("font", font);
  const CommandResult result = run_command(
      "/usr/bin/python3 -c 'import sys; from fontTools.ttLib import TTFont; "
      "f = TTFont(sys.argv[1], checkChecksums=2); [f[k] for k in f.keys() if k != \"GlyphOrder\"]; "
      "print(*(f[\"head\"].__dict__[k] - 2082844800 for k in (\"created\", \"modified\")))' " +
      shell_word(file.string()));
  REQUIRE_MESSAGE(result.status == 0, result.output);
  return result.output;
}

/// The sum of all 32-bit numbers of a file, which is 0xB1B0AFBA for a font (OpenType, head).
std::uint32_t sum_of(const Bytes& font) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < font.size(); ++i)
    sum += std::to_integer<std::uint32_t>(font[i]) << (24 - 8 * (i % 4));
  return sum;
}

}  // namespace

TEST_CASE("Sphinx's index is the same, however many jobs read the pages") {
  if (!have_python_helper()) return;
  Shipped plugin("search_index:normal");
  const Bytes one = data("one-job.js"), four = data("four-jobs.js");
  REQUIRE(one != four);
  const Bytes normal = plugin(one, {}, kParts);
  CHECK(as_text(normal) == as_text(plugin(four, {}, kParts)));
  CHECK(normal.size() == one.size());
  CHECK(plugin.run(four, {}, kParts).findings[0].field->name == "terms");
  CHECK_FALSE(plugin.run(normal, {}, kParts).output);
}

TEST_CASE("an index that somebody else has spelled, or that is none, stays") {
  if (!have_python_helper()) return;
  Shipped plugin("search_index:normal");
  CHECK_FALSE(plugin.run(bytes(R"(Search.setIndex({"terms":{"b":0,"a":1}}))"), {}, kParts).output);
  CHECK_FALSE(plugin.run(bytes("Search.setIndex = 1;"), {}, kParts).output);
  CHECK(as_text(plugin(
            bytes(R"(Search.setIndex({"terms": {"b": [10, 9], "a": 1}, "z": {"y": 1, "x": 2}}))"),
            {}, kParts)) ==
        R"(Search.setIndex({"terms": {"a": 1, "b": [9, 10]}, "z": {"y": 1, "x": 2}}))");
  for (const char* script : {"Search.setIndex({docnames:[\"index\"]})", "Search.setIndex({)"})
    CHECK_FALSE(plugin.run(bytes(script), {}, kParts).output);
}

TEST_CASE("a bill of materials keeps every byte but the time it was written") {
  if (!have_python_helper()) return;
  Shipped plugin("sbom:normal");
  const std::string cyclonedx(as_text(data("cyclonedx.json"))), spdx(as_text(data("spdx.json")));
  CHECK(as_text(plugin(as_bytes(cyclonedx))) ==
        replaced(cyclonedx, "2026-11-22T05:15:26.407Z", "2024-01-02T03:04:05Z"));
  CHECK(as_text(plugin(as_bytes(spdx))) ==
        replaced(spdx, "2026-11-22T05:15:26.816Z", "2024-01-02T03:04:05Z"));
  const PluginResult result = plugin.run(as_bytes(spdx));
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].field->name == "timestamp");
  CHECK(result.findings[0].before == "2026-11-22T05:15:26.816Z");
}

TEST_CASE("in strict two bills that differ in time and chance become one") {
  if (!have_python_helper()) return;
  Shipped plugin("sbom:normal");
  for (const auto& [name, chance] :
       {std::pair("cyclonedx.json", "678f8b40-de58-4666-96c0-ed3cb75e33eb"),
        std::pair("spdx.json", "5da2ff61-c554-4cc9-80fc-7be9093f6335")}) {
    const std::string text(as_text(data(name)));
    std::string other = replaced(text, chance, "00000000-1111-4222-8333-444444444444");
    other = replaced(other, "2026-11-22T05:15", "2027-01-02T03:04");
    const Rules strict = strict_rules();
    CHECK(as_text(plugin(as_bytes(text), strict)) == as_text(plugin(as_bytes(other), strict)));
    const std::string more = replaced(other, "npm", "nmp");
    CHECK(plugin(as_bytes(more), strict) != plugin(as_bytes(other), strict));
  }
}

TEST_CASE("other JSON, and an older bill, stay; what is no JSON is an error") {
  if (!have_python_helper()) return;
  Shipped plugin("sbom:normal");
  CHECK_FALSE(plugin.run(bytes(R"({"metadata": {"timestamp": "2026-01-01T00:00:00Z"}})")).output);
  CHECK_FALSE(plugin
                  .run(bytes(R"({"bomFormat": "CycloneDX", "metadata":
      {"timestamp": "2020-01-01T00:00:00Z"}})"))
                  .output);
  CHECK_THROWS_AS(plugin.run(bytes("{")), PluginError);
}

TEST_CASE("a font's times are settled, and its sums are right") {
  if (!have_python_helper()) return;
  Shipped plugin("font_times:normal");
  for (const char* name : {"fontforge.otf", "fonttools.ttf"}) {
    CAPTURE(name);
    const Bytes font = data(name);
    REQUIRE(sum_of(font) == 0xB1B0AFBA);
    const Bytes normal = plugin(font);
    CHECK(normal.size() == font.size());
    CHECK(sum_of(normal) == 0xB1B0AFBA);
    CHECK(font_times(normal) == "1704164645 1704164645\n");
  }
  Rules late = rules_with_epoch();
  late.epoch = kEpoch * 2;
  CHECK_FALSE(plugin.run(data("fonttools.ttf"), late).output);
}

TEST_CASE("a cut font, and one that is signed, stay") {
  if (!have_python_helper()) return;
  Shipped plugin("font_times:normal");
  const Bytes font = data("fonttools.ttf");
  for (const std::size_t size : {4U, 11U, 13U, 100U, 600U})
    CHECK_THROWS_AS(plugin.run(ByteView(font).first(size)), PluginError);
  std::string signed_font(as_text(font));
  signed_font = replaced(signed_font, "OS/2", "DSIG");
  CHECK_FALSE(plugin.run(as_bytes(signed_font)).output);
}
