#include "tests/support/bytes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace normalize::test {

namespace fs = std::filesystem;

Rules rules_with_epoch() {
  Rules rules;
  rules.epoch = kEpoch;
  return rules;
}

Rules strict_rules() {
  Rules rules = rules_with_epoch();
  rules.profile = Profile::strict;
  return rules;
}

Bytes bytes(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), "cannot read " << path.string());
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return bytes(text);
}

void write_file(const fs::path& path, ByteView content) {
  std::ofstream out(path, std::ios::binary);
  out << as_text(content);
  REQUIRE_MESSAGE(out.good(), "cannot write " << path.string());
}

bool Outcome::found(std::string_view field) const {
  return std::ranges::any_of(findings, [&](const Finding& f) { return f.field->name == field; });
}

bool Outcome::remarked(std::string_view text) const {
  return std::ranges::any_of(
      remarks, [&](const Remark& r) { return r.text.find(text) != std::string::npos; });
}

Outcome run(ByteView input, std::string_view name, const Rules& rules, const Neighbours* neighbours,
            Services* services) {
  WholeSource source(input);
  Result result = normalize_source(name, source, rules, neighbours, services);
  Bytes after = result.outcome == Result::Outcome::changed ? result.content.to_bytes()
                                                           : Bytes(input.begin(), input.end());
  return {result.outcome, std::string(result.format), std::move(after),
          std::move(result.journal.findings), std::move(result.journal.remarks)};
}

Bytes normal(ByteView input, std::string_view name, const Rules& rules) {
  return run(input, name, rules).bytes;
}

fs::path data_folder() { return NORMALIZE_TEST_DATA; }

std::vector<fs::path> samples(std::string_view format) {
  std::vector<fs::path> paths;
  const fs::path folder = data_folder() / format;
  if (fs::exists(folder))
    for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

fs::path shared_fixtures() {
  const char* elsewhere = std::getenv("NORMALIZE_SHARED_FIXTURES");
  const fs::path folder = elsewhere ? elsewhere : NORMALIZE_SHARED_FIXTURES;
  if (fs::exists(folder)) return folder;
  std::cout << "skipped: the folder of shared fixtures is not there\n";
  return {};
}

}  // namespace normalize::test
