#include "normalizers/zip/leftovers.h"

#include <algorithm>

#include "normalizers/zip/members.h"

namespace normalize::zip {
namespace {

constexpr Field kLeftover{"leftover of a forked javac", "maven-compiler-plugin without -X"};

constexpr std::string_view kArguments = "org.codehaus.plexus.compiler.javac.JavacCompiler";

/// "org.codehaus.plexus.compiler.javac.JavacCompiler123arguments"
bool is_name_of_arguments(std::string_view name) {
  if (!name.starts_with(kArguments)) return false;
  name.remove_prefix(kArguments.size());
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits > 0 && name.substr(digits) == "arguments";
}

/// Whether it calls javac with such a file.
bool is_script(const Entry& entry, Context& context) {
  if (entry.text_name() != "javac.sh" && entry.text_name() != "javac.bat") return false;
  if (!can_open(entry)) return false;
  try {
    EntrySource source(entry, context);
    return as_text(source.head()).find(kArguments) != std::string_view::npos;
  } catch (const std::runtime_error&) {
    return false;  // said once its turn as a member comes
  }
}

}  // namespace

void drop_leftovers(Archive& archive, Context& context) {
  std::erase_if(archive.entries, [&](const Entry& entry) {
    const std::string_view name = entry.text_name();
    if (!is_name_of_arguments(name) && !is_script(entry, context)) return false;
    context.changed(kLeftover, std::string(name), "");
    context.dropped(name);
    return true;
  });
}

}  // namespace normalize::zip
