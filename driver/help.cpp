#include "driver/help.h"

#include <algorithm>
#include <chrono>

#include "driver/python/process.h"
#include "normalizers/bytes/storage.h"
#include "normalizers/codec/recipes.h"
#include "normalizers/version.h"
#include "rules/rules.h"

namespace normalize {
namespace {

constexpr std::string_view kCommands =
    "Makes the outputs of two builds of the same sources the same bytes.\n"
    "\n"
    "  normalize apply PATH...   normalizes trees and files in place\n"
    "  normalize check PATH...   says what apply would change, changes nothing\n"
    "  normalize diff A B        compares trees, files or packages, and says in what\n"
    "                            they differ\n"
    "  normalize hash PATH...    digests of files and trees once normal\n"
    "  normalize manifest TREE   a specification, mtree(5), of a tree once normal\n"
    "  normalize verify SPEC TREE\n"
    "                            compares a tree once normal with a specification\n"
    "  normalize pack TREE -o PACKAGE\n"
    "                            packs a tree so that rsync sends little of it\n"
    "  normalize repack ARCHIVE -o PACKAGE\n"
    "                            does so with an archive\n"
    "  normalize wrap -- COMMAND runs a program that writes packages, and makes them\n"
    "                            normal\n"
    "  normalize shim DIR        makes links by the names of such programs, to be\n"
    "                            first in PATH\n"
    "  normalize explain FILE    says what a file is, holds, and would become\n"
    "  normalize list            names the formats\n"
    "  normalize compat PROGRAM  is strip-nondeterminism, add-det or linkdupes to its\n"
    "                            callers, as it is when called by such a name\n"
    "\n"
    "normalize COMMAND --help tells its options; normalize --version the versions.\n";

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

constexpr std::size_t kHelpColumn = 24, kHelpWidth = 80;

/// `text` in lines that end before kHelpWidth, the first one begun with `start`.
std::string wrapped(std::string start, std::string_view text) {
  std::string out;
  std::string line = std::move(start);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (line.size() > kHelpColumn && line.size() + 1 + word.size() > kHelpWidth) {
      out += line + "\n";
      line.clear();
    }
    line.resize(std::max(line.size(), kHelpColumn), ' ');
    if (line.size() > kHelpColumn) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

}  // namespace

std::string overall_help() { return std::string(kCommands) + "\n" + help_footer(); }

std::string help_footer() { return std::string(kExitStatus) + "\n" + limits_text(); }

std::string version_text() {
  std::string text =
      "normalize " + std::string(program_version()) + "\ncanon " + std::to_string(kCanon) + "\n";
  for (const LibraryVersion& library : library_versions())
    text += std::string(library.name) + " " + library.version + "\n";
  return text;
}

std::string option_help(const std::string& names, std::string_view text) {
  if (names.size() < kHelpColumn) return wrapped(names, text);
  return names + "\n" + wrapped("", text);
}

}  // namespace normalize
