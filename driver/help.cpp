#include "driver/help.h"

#include "driver/sandbox/sandbox.h"

#include <algorithm>
#include <chrono>

#include "driver/options/manual.h"
#include "driver/python/process.h"
#include "normalizers/bytes/storage.h"
#include "normalizers/codec/recipes.h"
#include "normalizers/version.h"
#include "rules/rules.h"

namespace normalize {
namespace {

constexpr std::string_view kPurpose =
    "Makes the outputs of two builds of the same sources the same bytes.";

constexpr CommandSummary kCommands[] = {
    {"apply", "PATH...", "normalizes trees and files in place"},
    {"check", "PATH...", "says what apply would change, changes nothing"},
    {"diff", "A B", "compares trees, files or packages, and says in what they differ"},
    {"hash", "PATH...", "digests of files and trees once normal"},
    {"manifest", "TREE", "a specification, mtree(5), of a tree once normal"},
    {"verify", "SPEC TREE", "compares a tree once normal with a specification"},
    {"pack", "TREE -o PACKAGE", "packs a tree so that rsync sends little of it"},
    {"repack", "ARCHIVE -o PACKAGE", "does so with an archive"},
    {"store", "COMMAND", "keeps many builds in little space"},
    {"wrap", "-- COMMAND", "runs a program that writes packages, and makes them normal"},
    {"shim", "DIR", "makes links by the names of such programs, to be first in PATH"},
    {"perturb", "--seed N PATH...", "shakes what apply makes normal"},
    {"explain", "FILE", "says what a file is, holds, and would become"},
    {"rules", "list|show|test", "names the rules, shows one, or tries a rule file"},
    {"list", "", "names the formats"},
    {"compat", "PROGRAM",
     "is strip-nondeterminism, add-det or linkdupes to its callers, as it is when called by such a "
     "name"},
};

constexpr std::string_view kExitStatus =
    "Exit status: 0 done, or normal already; 1 check has findings; 2 error; 3 damaged\n"
    "input, with --strict. Damaged, signed and encrypted files are left as they were,\n"
    "and named.\n";

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

std::string gibibytes(std::uint64_t bytes) { return std::to_string(bytes >> 30) + " GiB"; }

std::string plugin_limits_text() {
  const HelperOptions limits;
  const auto patience = std::chrono::floor<std::chrono::seconds>(limits.patience);
  return "A plugin has " + std::to_string(patience.count()) + " s and " +
         mebibytes(limits.memory_bytes) + " for each file.\n";
}

std::string millions(std::size_t count) { return std::to_string(count / 1'000'000) + " million"; }

std::string limits_text() {
  const Limits limits;
  return "Limits: archives within archives are opened " + std::to_string(limits.depth) +
         " deep. One file of a tree\nmay unpack, all levels together, to " +
         std::to_string(limits.expansion_ratio) + " times its size, to " +
         mebibytes(limits.expansion_floor) + " however\nsmall it is, and to " +
         gibibytes(limits.expansion_ceiling) + " however large. All jobs together hold " +
         mebibytes(kMostInMemory) +
         "\nof files and what they unpack to in memory, and the rest in temporary files\n"
         "without a name, in $TMPDIR or /var/tmp. A decoder may ask for " +
         mebibytes(limits.decoder_memory) + ".\nAn archive may have " + millions(limits.members) +
         " members, half a kilobyte of memory each; of one\nfile and all in it " +
         millions(limits.findings) + " changes may be told.\n" + plugin_limits_text();
}

constexpr std::size_t kOptionColumn = 24, kCommandColumn = 28, kHelpWidth = 80;

/// `text` in lines that begin at `column` and end before kHelpWidth, the first one behind `start`.
std::string wrapped(std::string start, std::size_t column, std::string_view text) {
  std::string out;
  std::string line = std::move(start);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (line.size() > column && line.size() + 1 + word.size() > kHelpWidth) {
      out += line + "\n";
      line.clear();
    }
    line.resize(std::max(line.size(), column), ' ');
    if (line.size() > column) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

/// `names` and `text` beside each other, or below each other where `names` are long.
std::string two_columns(const std::string& names, std::size_t column, std::string_view text) {
  if (names.size() < column) return wrapped(names, column, text);
  return names + "\n" + wrapped("", column, text);
}

}  // namespace

std::span<const CommandSummary> all_commands() { return kCommands; }

std::string overall_help() {
  std::string text = std::string(kPurpose) + "\n\n";
  for (const CommandSummary& command : kCommands) {
    std::string usage = "  normalize " + std::string(command.name);
    if (!command.arguments.empty()) usage.append(" ").append(command.arguments);
    text += two_columns(usage, kCommandColumn, command.summary);
  }
  return text +
         "\nnormalize COMMAND --help tells its options; normalize --version the versions.\n\n" +
         help_footer();
}

std::string overall_manual() {
  return overall_manual_page(kPurpose, all_commands(), help_footer());
}

std::string help_footer() { return std::string(kExitStatus) + "\n" + limits_text(); }

std::string version_text() {
  std::string text =
      "normalize " + std::string(program_version()) + "\ncanon " + std::to_string(kCanon) + "\n";
  text += "sandbox " + sandbox_name() + "\n";
  for (const LibraryVersion& library : library_versions())
    text += std::string(library.name) + " " + library.version + "\n";
  return text;
}

std::string option_help(const std::string& names, std::string_view text) {
  return two_columns(names, kOptionColumn, text);
}

}  // namespace normalize
