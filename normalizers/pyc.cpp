// Compiled Python, .pyc and .pyo: a header that says which source the file belongs to, and a code
// object as CPython's Python/marshal.c writes it. The header's mtime follows the source's
// (pyc/header.h); of the objects, only what another process would have written for the same source
// changes (pyc/canonical.h). Magic numbers tell the version, for there is nothing else to tell it
// by: pyc/version.cpp.

#include "normalizers/pyc/body.h"
#include "normalizers/pyc/dump.h"
#include "normalizers/pyc/header.h"
#include "normalizers/pyc/python.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

/// Normalizing takes up to 64 bytes of memory for each byte of a file.
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 28;

bool has_name_of_bytecode(std::string_view name) {
  return name.ends_with(".pyc") || name.ends_with(".pyo");
}

bool begins_code(ByteView head, const pyc::Version& version) {
  if (head.size() <= version.header_bytes) return false;
  constexpr std::byte kFlagRef{0x80};
  return static_cast<char>(head[version.header_bytes] & ~kFlagRef) == version.layout->type_code;
}

/// Jython compiles m.py to m$py.class, a Java class with a name of its own and nothing else.
bool is_java_class(ByteView head) { return starts_with(head, "\xca\xfe\xba\xbe"); }

/// The implementations of Python other than CPython have layouts of their own.
std::string unknown_python(ByteView input) {
  if (is_java_class(input)) return "bytecode of Jython, a Java class";
  const std::string_view implementation = pyc::foreign_implementation(input);
  return "bytecode of " +
         (implementation.empty() ? "an unknown Python" : std::string(implementation)) +
         " (magic number " + std::to_string(pyc::magic_number(input)) + ")";
}

class Pyc final : public Normalizer {
 public:
  std::string_view name() const override { return "pyc"; }

  bool recognizes(const Probe& probe) const override {
    const auto version = pyc::version_of(probe.head);
    if (version && begins_code(probe.head, *version)) return true;
    if (probe.name.ends_with("$py.class")) return is_java_class(probe.head);
    if (!version && !pyc::has_magic_shape(probe.head) &&
        pyc::foreign_implementation(probe.head).empty())
      return false;
    return has_name_of_bytecode(probe.name);
  }

  Content normalize(ByteView input, Context& context) const override {
    const auto version = pyc::version_of(input);
    if (!version) {
      if (input.size() < 4) Reader(input).take(4, "magic");
      return context.leave(input, unknown_python(input));
    }
    const std::string text = std::to_string(version->major) + "." + std::to_string(version->minor);
    const auto tag = pyc::version_in_tag(context.name());
    if (tag && *tag != text)
      return context.leave(input, "compiled by Python " + text + ", named as by " + *tag);
    if (input.size() > kMostBytes)
      throw LimitError("longer than " + std::to_string(kMostBytes) + " bytes");

    Reader in(input);
    Writer out;
    pyc::normalize_header(in, out, *version, context);
    out.carry(normal_code(in, input, *version, context));
    if (in.remaining() > 0)  // Python does not look there
      context.note(std::to_string(in.remaining()) + " bytes behind the code object; kept");
    out.carry(in.rest());
    return std::move(out).finish();
  }

  std::string describe(ByteView input, const Rules& rules) const override {
    const auto version = pyc::version_of(input);
    return version ? pyc::dump(input, *version, rules) : unknown_python(input) + "\n";
  }

 private:
  static Content normal_code(Reader& in, ByteView input, const pyc::Version& version,
                             Context& context) {
    const Rules& rules = context.rules();
    pyc::Body body{in.rest(), {}, context.mark()};
    Writer out;
    pyc::normalize_body(in, out, version, context);
    body.before = body.before.first(body.before.size() - in.remaining());
    body.normal = std::move(out).finish();
    if (rules.verify_pyc) pyc::verify(body, input, context);
    if (rules.pyc_mode == PycMode::recompile) return recompile(body, input, version, context);
    return body.normal;
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_pyc() { return std::make_unique<Pyc>(); }

}  // namespace normalize
