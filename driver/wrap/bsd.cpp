// pkg_create(1) of OpenBSD (OpenBSD::PkgCreate) and of NetBSD (pkg_install), pkg-create(8) of
// FreeBSD.

#include <algorithm>

#include "driver/wrap/arguments.h"
#include "driver/wrap/creator.h"

namespace normalize::wrap {
namespace {

constexpr Syntax kOpenBsd{.letters = "A:B:D:L:M:P:U:V:W:d:f:p:s:u:w:", .operands_last = true};
constexpr Syntax kNetBsd{.letters = "B:b:C:c:D:d:F:f:g:I:i:K:k:n:P:p:r:S:s:T:t:u:",
                         .operands_last = true};
constexpr Syntax kFreeBsd{.letters = "c:j:r:C:R:o:", .operands_last = true};
constexpr Syntax kFreeBsdCreate{
    .letters = "f:l:T:o:p:r:t:m:M:",
    .long_with_value = "format level threads out-dir plist root-dir timestamp metadata manifest"};

/// Both want a description and a packing list. NetBSD's comment is a file, -c; OpenBSD's is a
/// definition, -DCOMMENT=, and its -c is no option with a value.
bool is_netbsd(const Command& command) {
  const Arguments arguments(command.arguments, kNetBsd);
  const auto defines = [](const std::string& value) { return value.find('=') != value.npos; };
  return arguments.has({"c"}) && arguments.has({"d"}) && arguments.has({"f"}) &&
         std::ranges::none_of(arguments.values({"D"}), defines);
}

}  // namespace

Call understand_pkg_create(const Command& command) {
  return is_netbsd(command) ? understand_netbsd(command) : understand_openbsd(command);
}

Call understand_openbsd(const Command& command) {
  const Arguments arguments(command.arguments, kOpenBsd);
  Call call;
  // Ports ask for packing lists and signatures far more often than for packages.
  call.writes = !arguments.has({"n", "q", "Q", "S", "h"}) && !command.arguments.empty();
  if (const auto base = arguments.value({"B"})) call.stages = {{*base, Stage::Kind::staging}};
  if (arguments.operands().empty())
    call.outputs = {within("", "*.tgz")};  // a package made again, by the name in its list
  else
    call.outputs = {exactly(arguments.operands().front())};
  return call;
}

Call understand_netbsd(const Command& command) {
  const Arguments arguments(command.arguments, kNetBsd);
  Call call;
  if (arguments.has({"O", "V"}) || arguments.operands().empty()) return call;
  call.writes = true;
  // Without -I the prefix is the one in use, and not a staged one.
  const auto prefix = arguments.value({"p"});
  if (prefix && arguments.has({"I"}) && arguments.value({"I"}) != prefix)
    call.stages = {{*prefix, Stage::Kind::staging}};
  const std::string& name = arguments.operands().front();
  call.outputs = {exactly(name), exactly(name + ".tgz")};
  return call;
}

Call understand_freebsd(const Command& command) {
  const Arguments outer(command.arguments, kFreeBsd);
  Call call;
  if (outer.command() != "create") return call;
  const std::vector<std::string> words(outer.operands().begin() + 1, outer.operands().end());
  const Arguments arguments(words, kFreeBsdCreate);
  call.writes = !arguments.has({"h", "help"});
  if (const auto root = arguments.value({"r", "root-dir"}))
    call.stages = {{*root, Stage::Kind::staging}};
  call.outputs = {
      within(arguments.value({"o", "out-dir"}).value_or(""), "*.pkg"),
      within(arguments.value({"o", "out-dir"}).value_or(""), "*.t[abgxz]*"),
  };
  call.switches_at = command.arguments.size() - words.size();
  if (!arguments.has({"t", "timestamp"})) call.switches = {{When::with_epoch, {"-t", "{epoch}"}}};
  return call;
}

}  // namespace normalize::wrap
