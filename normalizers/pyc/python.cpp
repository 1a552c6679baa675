#include "normalizers/pyc/python.h"

#include "normalizers/pyc/body.h"
#include "normalizers/pyc/header.h"
#include "normalizers/pyc/marshal_reader.h"
#include "normalizers/verify.h"

namespace normalize::pyc {
namespace {

constexpr Field kCode{"code", "compile each file from the source it ships with"};

/// Why a body is not compiled anew.
class Reason : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

bool is_python_at_hand(ByteView input, Services& services) {
  return starts_with(input, services.python_magic());
}

/// The levels at which a file of this name may have been compiled (PEP 488).
std::vector<unsigned> levels_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  const std::string_view base = slash == name.npos ? name : name.substr(slash + 1);
  if (base.find(".opt-1.") != base.npos) return {1};
  if (base.find(".opt-2.") != base.npos) return {2};
  if (base.find(".opt-") != base.npos) throw Reason("its name tells no optimization level");
  if (base.ends_with(".pyo")) return {1, 2};
  if (name.find("__pycache__/") != name.npos) return {0};
  return {0, 1, 2};
}

Bytes read_source(ByteView input, const Version& version, const Context& context) {
  const std::string name = source_name(context.name());
  const Neighbours* neighbours = context.neighbours();
  const auto times = neighbours && !name.empty() ? neighbours->find(name) : std::nullopt;
  if (!times) throw Reason("there is no source beside it");
  const auto source = neighbours->read(name);
  if (!source) throw Reason(name + " cannot be read");
  if (!was_written_for(input, version, *times, *source))
    throw Reason("it was not compiled from " + name + " as it stands");
  return *source;
}

std::string filename_in(ByteView object, const Version& version) {
  Reader in(object);
  const Graph graph = read_code(in, version).graph;
  const auto children = graph.children_of(graph.nodes[graph.root]);
  const Node& filename = graph.nodes[children[static_cast<std::size_t>(version.layout->filename)]];
  if (filename.kind != Kind::text) throw Reason("its co_filename is no text");
  return std::string(as_text(filename.bytes()));
}

Bytes normal_form(ByteView object, const Version& version, const Rules& rules) try {
  return normal_body(object, version, rules);
} catch (const FormatError& error) {
  throw Reason(std::string("what Python made of the source cannot be read: ") + error.what());
}

/// The normal form of what Python makes of the source: at the first level that gives `body.normal`,
/// or else at the first.
Bytes compile(const Body& body, ByteView input, const Version& version, Context& context) {
  Services* services = context.services();
  if (!services) throw Reason("there is no Python at hand");
  if (!is_python_at_hand(input, *services))
    throw Reason("it is of another version than the Python at hand");
  const Bytes source = read_source(input, version, context);
  const std::string filename = filename_in(body.before, version);
  std::vector<Bytes> compiled;
  for (const unsigned level : levels_of(context.name())) {
    const Bytes object = services->recompile(source, filename, level);
    compiled.push_back(normal_form(object, version, context.rules()));
    if (body.normal == compiled.back()) return compiled.back();
  }
  return compiled.front();
}

}  // namespace

Content recompile(const Body& body, ByteView input, const Version& version, Context& context) try {
  Bytes compiled = compile(body, input, version, context);
  if (body.normal == compiled) return body.normal;
  context.take_back(body.told);
  context.changed(kCode, fingerprint(body.before), fingerprint(compiled) + ", compiled anew");
  return Content::own(std::move(compiled));
} catch (const Reason& reason) {
  context.note(std::string("not compiled anew: ") + reason.what());
  return body.normal;
} catch (const ServiceError& error) {
  context.note(std::string("not compiled anew: ") + error.what());
  return body.normal;
}

void verify(const Body& body, ByteView input, Context& context) try {
  Services* services = context.services();
  if (!services) throw VerifyError("there is no Python at hand to verify it");
  if (body.normal == body.before || !is_python_at_hand(input, *services)) return;
  Buffer storage;
  // The native comparison, which always takes place, knows how a name may be mapped.
  const auto filenames =
      context.rules().path_map.empty() ? Filenames::compare : Filenames::pass_over;
  const auto difference =
      services->first_difference(body.before, body.normal.contiguous(storage), filenames);
  if (difference) throw VerifyError("Python loads something else: " + *difference);
} catch (const ServiceError& error) {
  throw VerifyError(std::string("Python could not verify it: ") + error.what());
}

}  // namespace normalize::pyc
