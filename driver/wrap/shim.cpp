// Links to this program by the names of creators, to stand first in PATH: each is the creator of
// its name, wrapped.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "driver/compat/programs.h"
#include "driver/options/parser.h"
#include "driver/path_search.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "driver/wrap/commands.h"
#include "driver/wrap/guard.h"
#include "driver/wrap/run.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;
using namespace wrap;

constexpr const char* kFooter =
    "Put DIR in front of PATH: the links run the next program of their name, wrapped\n"
    "as by normalize wrap. NORMALIZE_OPTS holds options of wrap for them; with\n"
    "NORMALIZE=off they run it untouched.\n";

std::vector<std::string> linked_names() {
  std::vector<std::string> names;
  for (const Creator& creator : all_creators())
    if (creator.is_linked)
      for (std::string& name : programs_of(creator))
        if (creator_of(name) == &creator) names.push_back(std::move(name));
  return names;
}

/// One that leads here already is left; anything else of that name is somebody's.
bool make_link(const std::string& program, const fs::path& link) {
  if (::symlink(program.c_str(), link.c_str()) == 0) return true;
  const int error = errno;
  std::error_code ignored;
  if (error != EEXIST || !fs::is_symlink(link, ignored)) throw_errno(link.string(), error);
  if (fs::read_symlink(link, ignored) == program) return false;
  throw_errno(link.string(), EEXIST);
}

std::vector<std::string> words_of_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::istringstream stream(value ? value : "");
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool is_switched_off() {
  const char* const value = std::getenv("NORMALIZE");
  return value && std::string_view(value) == "off";
}

}  // namespace

int run_shim(const std::vector<std::string>& words) {
  OptionParser parser("Makes links to this program by the names of programs that write packages.",
                      "normalize shim DIR [NAME]...");
  parser.set_footer(kFooter);
  const OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  if (parsed.paths.empty() || parsed.paths.front().empty()) throw UsageError("shim: give a folder");
  std::vector<std::string> names(parsed.paths.begin() + 1, parsed.paths.end());
  if (names.empty()) names = linked_names();
  for (const std::string& name : names)
    if (!creator_of(name) || name.find('/') != name.npos)
      throw UsageError("shim: " + name + ": none of the creators known");
  const fs::path folder = parsed.paths.front();
  fs::create_directories(folder);
  const std::string program = own_path();
  if (program.empty()) throw_errno("normalize", ENOENT);
  std::string text;
  for (const std::string& name : names)
    if (make_link(program, folder / name)) text += escape((folder / name).string()) + "\n";
  write_standard_output(text);
  return ExitStatus::kNormal;
}

bool is_creator(std::string_view called_as) { return creator_of(called_as) != nullptr; }

int run_as_creator(std::string_view called_as, const std::vector<std::string>& arguments) {
  const std::string name = program_name(called_as);
  Guard guard;
  Wrapping wrapping;
  wrapping.creator = creator_of(name);
  wrapping.leaves_streams = true;
  Program& program = wrapping.program;
  program.path = find_program(name, guard.ourselves());
  program.words = {program.path};  // by which an interpreter finds its library
  program.words.insert(program.words.end(), arguments.begin(), arguments.end());
  const bool inside = guard.is_inside(name);
  guard.enter("");
  program.environment = guard.environment().entries();
  if (inside || is_switched_off()) become(program);
  parse_wrap_options(words_of_variable("NORMALIZE_OPTS"), wrapping.options);
  guard.enter(name);
  wrapping.environment = guard.environment();
  return run_wrapping(wrapping);
}

}  // namespace normalize
