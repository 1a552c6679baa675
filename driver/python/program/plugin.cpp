#include "driver/python/program/plugin.h"

#include <charconv>

#include "driver/python/program/api.h"
#include "driver/python/program/failure.h"
#include "driver/python/program/fork.h"
#include "driver/python/program/values.h"

namespace normalize::python {
namespace {

template <typename Number>
Number number_in(const Bytes& field) {
  const std::string_view digits = as_text(field);
  Number value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// The last fields of a request to load.
Rules rules_in(const Message& request) {
  Rules rules;
  if (!request.fields[3].empty()) rules.epoch = number_in<std::int64_t>(request.fields[3]);
  if (as_text(request.fields[4]) == "set") rules.time_mode = TimeMode::set;
  if (as_text(request.fields[5]) == "strict") rules.profile = Profile::strict;
  return rules;
}

/// Runs `source` as a module of that name. No file is read, so none is taken from a cache or left
/// in one.
PyRef import(const std::string& name, const std::string& path, ByteView source) {
  const std::string_view raw = text_of(source);
  const PyRef code = PyRef::take(
      PyObject_CallFunction(attribute("builtins", "compile").get(), "y#ssiii", raw.data(),
                            static_cast<Py_ssize_t>(raw.size()), path.c_str(), "exec", 0, 1, 0));
  return PyRef::take(PyImport_ExecCodeModuleEx(name.c_str(), code.get(), path.c_str()));
}

/// Modules beside the plugin can be imported, behind the standard library's.
void look_beside(const std::string& path) {
  const PyRef folder = python_text(as_bytes(path.substr(0, path.rfind('/'))), "surrogateescape");
  checked(PyList_Append(attribute("sys", "path").get(), folder.get()));
}

Message result_of(const PyRef& output) {
  Message reply{Message::Kind::result, {}};
  reply.add(view(output.get()));
  for (const Told& told : take_findings()) {
    reply.add(told.field);
    reply.add(told.hint);
    reply.add(told.before);
    reply.add(told.after);
  }
  return reply;
}

/// Whether a call gave nothing new.
bool is_same(PyObject* output, PyObject* input) {
  return output == Py_None || checked(PyObject_RichCompareBool(output, input, Py_EQ)) == 1;
}

}  // namespace

Message Plugin::load(const Message& request) {
  if (module_.get()) return failure("", "a plugin is loaded already");
  const std::string module(as_text(request.fields[0]));
  path_ = as_text(request.fields[1]);
  if (!folders_.allow(module, path_, request.fields[2]))
    return failure("", "is not, as it is, in a folder of plugins of this run");
  seconds_ = number_in<unsigned>(request.fields[6]);
  tell_api(rules_in(request));
  try {
    parse_settings_ = attribute("json", "loads");
    look_beside(path_);
    // A name of its own, lest it stands in for a module of the standard library.
    module_ = import("normalize_plugin_" + module, path_, request.fields[2]);
  } catch (const Raised&) {
    return raised_by(path_);
  }
  return {Message::Kind::result, {}};
}

Message Plugin::call(const Message& request) const {
  if (!module_.get()) return failure("", "no plugin is loaded");
  return in_a_fork([&] { return run(request); }, std::chrono::seconds(seconds_));
}

Message Plugin::run(const Message& request) const try {
  const PyRef input = python_bytes(request.fields[3]);
  const PyRef output = invoke(request, input.get());
  if (output.get() != Py_None && !PyBytes_Check(output.get()))
    return failure(
        "", std::string("returned ") + Py_TYPE(output.get())->tp_name + ", not bytes or None");
  if (is_same(output.get(), input.get())) return {Message::Kind::result, {}};
  const Message result = result_of(output);
  if (!is_same(invoke(request, output.get()).get(), output.get()))
    return failure("", "would change its own output again");
  return result;
} catch (const Raised&) {
  return raised_by(path_);
} catch (const std::bad_alloc&) {
  return failure("MemoryError", "");
}

PyRef Plugin::invoke(const Message& request, PyObject* input) const {
  const PyRef function = PyRef::take(
      PyObject_GetAttrString(module_.get(), std::string(as_text(request.fields[0])).c_str()));
  const PyRef path = python_text(request.fields[1], "surrogateescape");
  const PyRef json = python_text(request.fields[2], "strict");
  const PyRef settings =
      PyRef::take(PyObject_CallFunctionObjArgs(parse_settings_.get(), json.get(), nullptr));
  return PyRef::take(
      PyObject_CallFunctionObjArgs(function.get(), input, path.get(), settings.get(), nullptr));
}

}  // namespace normalize::python
