#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What a creator's command line tells of one call.
namespace normalize::wrap {

/// A folder that the creator packs.
struct Stage {
  enum class Kind {
    staging,  // named as one, by an option or by its layout: it is there to be packed
    folder,   // any folder: somebody's sources, maybe
  };
  std::string path;
  Kind kind;
};

/// Where packages come to stand: what glob(7) makes of it.
struct OutputPlace {
  std::string pattern;
  /// Whether it names one file, which is the package however old it is; of others what is new or
  /// has changed counts.
  bool exact = false;
};

/// When something is added to a command line or an environment.
enum class When {
  always,
  with_epoch,  // where there is one
  for_users,   // where we do not run as root: owners on disk are nobody's intention
  root_owned,  // where members of archives are to be root's
};

/// Words for the command line. "{epoch}" in them stands for its seconds.
struct Switch {
  When when;
  std::vector<std::string> words;
};

/// A part of an environment variable, set where the caller has not set it; the parts of one
/// variable are joined by blanks.
struct Variable {
  When when;
  std::string name, text;
};

struct Call {
  /// Whether it writes a package; others are none of our business.
  bool writes = false;
  std::vector<Stage> stages;
  std::vector<OutputPlace> outputs;
  /// Whether the package goes where we cannot get at it: to standard output, a tape, another host.
  bool out_of_reach = false;
  /// Put in front of argument number `switches_at`.
  std::vector<Switch> switches;
  std::size_t switches_at = 0;
  std::vector<Variable> variables;
  /// Where a changelog may stand, if not in the current folder or in a stage; mostly empty.
  std::string sources;
  /// Whether the creator refuses SOURCE_DATE_EPOCH beside times on its command line.
  bool without_epoch = false;
  /// Something to say where its output changed; mostly empty.
  std::string advice;
};

/// `path` for glob(7), standing for itself.
std::string escaped_for_glob(std::string_view path);

/// A file to be written.
OutputPlace exactly(std::string_view path);
/// Files in a folder, which may be empty: the current one. `pattern` is for glob(7).
OutputPlace within(std::string_view folder, std::string_view pattern);

/// What GNU tar is to go by; other tars do not look at it.
std::vector<Variable> tar_variables();

}  // namespace normalize::wrap
