#include "driver/python/program/failure.h"

#include <string>

#include "driver/python/program/values.h"

namespace normalize::python {
namespace {

/// An exception that Python has raised, taken.
struct Exception {
  PyRef type, value, trace;  // the trace may be null

  static Exception take() {
    PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    return {PyRef::take(type), PyRef::take(value), trace ? PyRef::take(trace) : PyRef()};
  }

  const char* name() const { return reinterpret_cast<PyTypeObject*>(type.get())->tp_name; }
};

/// What `tell` says, or nothing where that raises in its turn.
template <typename Tell>
std::string or_nothing(const Tell& tell) {
  try {
    return tell();
  } catch (const Raised&) {
    PyErr_Clear();
    return {};
  }
}

std::string text(const Exception& exception) {
  return or_nothing([&] { return utf8(PyRef::take(PyObject_Str(exception.value.get())).get()); });
}

PyRef get(const PyRef& object, const char* name) {
  return PyRef::take(PyObject_GetAttrString(object.get(), name));
}

/// " (sort.py, line 12)", the innermost place in `path`; nothing where none is.
std::string place_in(std::string_view path, const Exception& exception) {
  std::string place;
  for (PyRef at = exception.trace; at.get() && at.get() != Py_None; at = get(at, "tb_next")) {
    const PyRef code = get(get(at, "tb_frame"), "f_code");
    if (utf8(get(code, "co_filename").get()) == path)
      place = " (" + std::string(path.substr(path.rfind('/') + 1)) + ", line " +
              utf8(PyRef::take(PyObject_Str(get(at, "tb_lineno").get())).get()) + ")";
  }
  return place;
}

std::string traceback(const Exception& exception) {
  if (!exception.trace.get()) return {};
  const PyRef format = attribute("traceback", "format_exception");
  const PyRef lines = PyRef::take(PyObject_CallFunctionObjArgs(
      format.get(), exception.type.get(), exception.value.get(), exception.trace.get(), nullptr));
  const PyRef nothing = python_text({}, "strict");
  return utf8(PyRef::take(PyUnicode_Join(nothing.get(), lines.get())).get());
}

}  // namespace

Message failure(std::string_view type, std::string_view problem, std::string_view traceback) {
  Message reply{Message::Kind::failure, {}};
  reply.add(type);
  reply.add(problem);
  reply.add(traceback);
  return reply;
}

Message raised() {
  const Exception exception = Exception::take();
  return failure(exception.name(), text(exception));
}

Message raised_by(std::string_view path) {
  const Exception exception = Exception::take();
  const std::string place = or_nothing([&] { return place_in(path, exception); });
  return failure(exception.name(), text(exception) + place,
                 or_nothing([&] { return traceback(exception); }));
}

}  // namespace normalize::python
