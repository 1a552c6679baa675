#include "driver/wrap/resign.h"

#include <cstdio>

#include "driver/tree/descriptor.h"
#include "driver/wrap/child.h"
#include "driver/wrap/settings.h"

namespace normalize::wrap {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// Answers whether there was a place.
bool fill(std::string& line, const std::string& place, const std::string& path) {
  bool found = false;
  const std::string word = quoted(path);
  for (std::size_t at = 0; (at = line.find(place, at)) != line.npos; at += word.size()) {
    line.replace(at, place.size(), word);
    found = true;
  }
  return found;
}

}  // namespace

void resign_package(const std::string& command, const std::string& path,
                    const std::string& package) {
  const std::string output = path + ".signed";
  std::string line = command;
  fill(line, "{}", path);
  fill(line, "{in}", path);
  const bool has_output = fill(line, "{out}", output);
  const int status =
      run_to_its_end({"/bin/sh", {"sh", "-c", line}, Environment::of_caller().entries()});
  if (!has_succeeded(status))
    throw WrapError(WrapStatus::kSigned,
                    package + ": --resign: the command failed; left as it was");
  if (has_output && std::rename(output.c_str(), path.c_str()) != 0)
    throw WrapError(WrapStatus::kSigned,
                    package + ": --resign: the command has written no {out}; left as it was");
}

}  // namespace normalize::wrap
