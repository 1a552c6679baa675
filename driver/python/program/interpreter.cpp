#include "driver/python/program/interpreter.h"

#include "driver/python/program/api.h"
#include "driver/python/program/compare.h"
#include "driver/python/program/failure.h"
#include "driver/python/program/values.h"

namespace normalize::python {
namespace {

void check(const PyStatus& status) {
  if (PyStatus_Exception(status))
    throw std::runtime_error(status.err_msg ? status.err_msg : "Python does not start");
}

/// UTF-8, whatever the locale says: this process never looks at it.
void preinitialize() {
  PyPreConfig config;
  PyPreConfig_InitIsolatedConfig(&config);
  config.utf8_mode = 1;
  check(Py_PreInitialize(&config));
}

void initialize() {
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.site_import = 0;  // halves the time it takes to start
  config.write_bytecode = 0;
  config.use_hash_seed = 1;
  config.hash_seed = 0;
  // A warning would be shown with its line, looked up in whatever file bears the source's name.
  PyStatus status = PyWideStringList_Append(&config.warnoptions, L"ignore");
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  check(status);
}

/// The code object that import would make of `source`, under the name `filename`. It is compiled
/// under a name of no file, since a syntax error looks its line up in the file that is named, which
/// may be a pipe or worse.
PyRef compile(ByteView source, ByteView filename, int optimization) {
  const std::string_view raw = text_of(source);
  const PyRef code = PyRef::take(PyObject_CallFunction(
      attribute("builtins", "compile").get(), "y#ssiii", raw.data(),
      static_cast<Py_ssize_t>(raw.size()), "<source>", "exec", 0, 1, optimization));
  PyRef::take(PyObject_CallFunctionObjArgs(attribute("_imp", "_fix_co_filename").get(), code.get(),
                                           python_text(filename, "surrogatepass").get(), nullptr));
  return code;
}

Message recompile(const Message& request) {
  const int optimization = std::to_integer<int>(request.fields[2].at(0)) - '0';
  const PyRef code = compile(request.fields[0], request.fields[1], optimization);
  const PyRef stream = PyRef::take(PyMarshal_WriteObjectToString(code.get(), Py_MARSHAL_VERSION));
  Message reply{Message::Kind::result, {}};
  reply.add(view(stream.get()));
  return reply;
}

PyRef load(ByteView stream) {
  const std::string_view raw = text_of(stream);
  return PyRef::take(
      PyMarshal_ReadObjectFromString(raw.data(), static_cast<Py_ssize_t>(raw.size())));
}

Message compare(const Message& request) {
  const PyRef before = load(request.fields[0]), after = load(request.fields[1]);
  Message reply{Message::Kind::result, {}};
  if (const auto difference = first_difference(before, after, as_text(request.fields[2])))
    reply.add(*difference);
  return reply;
}

bool well_formed(const Message& request, std::size_t fields) {
  return request.fields.size() == fields;
}

}  // namespace

Interpreter::Interpreter(PluginFolders folders) : plugin_(std::move(folders)) {
  preinitialize();
  register_api();
  initialize();
}

Message Interpreter::greeting() const {
  Message message{Message::Kind::greeting, {}};
  message.add(kPythonProtocol);
  const std::string_view version = Py_GetVersion();  // "3.11.2 (main, ...) [GCC ...]"
  message.add(version.substr(0, version.find(' ')));
  const long magic = PyImport_GetMagicNumber();
  Bytes bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::byte>(magic >> (8 * i)));
  message.add(bytes);
  return message;
}

Message Interpreter::answer(const Message& request) try {
  if (request.kind == Message::Kind::recompile && well_formed(request, 3))
    return recompile(request);
  if (request.kind == Message::Kind::compare && well_formed(request, 3)) return compare(request);
  if (request.kind == Message::Kind::load && well_formed(request, 7)) return plugin_.load(request);
  if (request.kind == Message::Kind::call && well_formed(request, 4)) return plugin_.call(request);
  return failure("normalize-python", "a request it does not know");
} catch (const Raised&) {
  return raised();
}

}  // namespace normalize::python
