// rpmbuild(8), makepkg(8), abuild and apk-mkpkg(8). All three of them know where packages go from
// files that only they read: they are asked, as they are when somebody calls them.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "driver/program.h"
#include "driver/wrap/arguments.h"
#include "driver/wrap/creator.h"

namespace normalize::wrap {
namespace {

constexpr Syntax kRpmbuild{
    .letters = "D:E:",
    .long_with_value = "define eval undefine macros rcfile load target buildroot with without"};
constexpr Syntax kMakepkg{.letters = "p:", .long_with_value = "config key"};
constexpr Syntax kAbuild{.letters = "D:P:s:"};
constexpr Syntax kApk{.letters = "p:X:F:o:I:s:t:C:",
                      .long_with_value =
                          "root repository keys-dir repositories-file wait arch cache-dir "
                          "cache-max-age timeout progress-fd files output info script trigger "
                          "compat rootnode sign-key"};

/// The lines that a program prints; none where it fails.
std::vector<std::string> answer(const std::vector<std::string>& words) {
  const ProgramResult result = run_program(words);
  std::vector<std::string> lines;
  if (result.status != 0) return lines;
  for (std::size_t at = 0; at < result.output.size();) {
    const std::size_t end = std::min(result.output.find('\n', at), result.output.size());
    lines.push_back(result.output.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string variable(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value && *value ? value : otherwise;
}

/// "-ba", "-ts", "--rebuild": the stages of a build that end in a package.
bool writes_rpm(const std::string& word) {
  if (word == "--rebuild") return true;
  return word.size() == 3 && word[0] == '-' &&
         std::string_view("btr").find(word[1]) != std::string_view::npos &&
         std::string_view("absrd").find(word[2]) != std::string_view::npos;
}

/// Where it puts packages by the macros that this call defines.
std::vector<std::string> rpm_folders(const Command& command, const Arguments& arguments) {
  std::vector<std::string> words{command.program};
  for (const char* option : {"macros", "rcfile", "load", "target", "undefine"})
    for (const std::string& value : arguments.values({option}))
      words.push_back(std::string("--") + option + "=" + value);
  for (const std::string& value : arguments.values({"D", "define"}))
    words.insert(words.end(), {"--define", value});
  words.insert(words.end(), {"--eval", "%{_rpmdir}", "--eval", "%{_srcrpmdir}"});
  return answer(words);
}

void define_unless_defined(const Arguments& arguments, When when, const std::string& macro,
                           const std::string& value, Call& call) {
  const auto is_this = [&](const std::string& text) { return text.starts_with(macro + " "); };
  if (std::ranges::none_of(arguments.values({"D", "define"}), is_this))
    call.switches.push_back({when, {"--define", macro + " " + value}});
}

/// As abuild reads it.
constexpr const char* kAskAbuild =
    "for conf in /etc/abuild.conf \"$HOME/.abuild/abuild.conf\"; do"
    " if [ -r \"$conf\" ]; then . \"$conf\"; fi; done;"
    " printf '%s\\n' \"${REPODEST:-$HOME/packages}\"";

}  // namespace

Call understand_rpmbuild(const Command& command) {
  Call call;
  call.writes = std::ranges::any_of(command.arguments, writes_rpm);
  if (!call.writes) return call;
  const Arguments arguments(command.arguments, kRpmbuild);
  for (const std::string& folder : rpm_folders(command, arguments)) {
    call.outputs.push_back(within(folder, "*.rpm"));
    call.outputs.push_back(within(folder, "*/*.rpm"));
  }
  if (!arguments.operands().empty())
    call.sources = std::filesystem::path(arguments.operands().front()).parent_path().string();
  define_unless_defined(arguments, When::always, "_buildhost", "reproducible", call);
  define_unless_defined(arguments, When::with_epoch, "use_source_date_epoch_as_buildtime", "1",
                        call);
  define_unless_defined(arguments, When::with_epoch, "clamp_mtime_to_source_date_epoch", "1", call);
  return call;
}

Call understand_makepkg(const Command& command) {
  const Arguments arguments(command.arguments, kMakepkg);
  Call call;
  call.writes = !arguments.has({"h", "help", "V", "version", "packagelist", "printsrcinfo", "g",
                                "geninteg", "o", "nobuild", "verifysource", "noarchive"});
  if (!call.writes) return call;
  if (arguments.has({"S", "source", "allsource"})) {
    call.outputs = {within(variable("SRCPKGDEST", ""), "*.src.tar*")};
    return call;
  }
  std::vector<std::string> words{command.program, "--packagelist"};
  if (const auto script = arguments.value({"p"})) words.insert(words.end(), {"-p", *script});
  if (const auto file = arguments.value({"config"})) words.insert(words.end(), {"--config", *file});
  // The version may be found by the build alone, so folders count and not names.
  std::set<std::string> folders;
  for (const std::string& path : answer(words))
    folders.insert(std::filesystem::path(path).parent_path().string());
  if (folders.empty()) folders.insert(variable("PKGDEST", ""));
  for (const std::string& folder : folders) call.outputs.push_back(within(folder, "*.pkg.tar*"));
  return call;
}

Call understand_abuild(const Command& command) {
  const Arguments arguments(command.arguments, kAbuild);
  const std::set<std::string> commands{"all", "rootpkg", "rootbld", "create_apks"};
  Call call;
  call.writes = !arguments.has({"h", "V"}) &&
                (arguments.operands().empty() ||
                 std::ranges::any_of(arguments.operands(), [&](const std::string& each) {
                   return commands.contains(each);
                 }));
  if (!call.writes) return call;
  std::vector<std::string> folders{arguments.value({"P"}).value_or("")};
  if (folders[0].empty()) folders = answer({"/bin/sh", "-c", kAskAbuild});
  for (const std::string& folder : folders) call.outputs.push_back(within(folder, "*/*/*.apk"));
  call.advice = "the index beside it, APKINDEX.tar.gz, knows the package of before: abuild index";
  return call;
}

Call understand_apk(const Command& command) {
  const Arguments arguments(command.arguments, kApk);
  Call call;
  if (arguments.command() != "mkpkg" || arguments.has({"h", "help"})) return call;
  call.writes = true;
  if (const auto files = arguments.value({"F", "files"}))
    call.stages = {{*files, Stage::Kind::staging}};
  if (const auto output = arguments.value({"o", "output"}))
    call.outputs = {exactly(*output)};
  else
    call.outputs = {within("", "*.apk")};
  return call;
}

}  // namespace normalize::wrap
