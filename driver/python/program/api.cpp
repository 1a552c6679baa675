#include "driver/python/program/api.h"

#include <new>

#include "driver/python/program/values.h"

namespace normalize::python {
namespace {

constexpr std::size_t kMostFindings = 1000, kLongestName = 100, kLongestValue = 4000;

struct State {
  Rules rules;
  std::vector<Told> told;
  std::size_t untold = 0;
};

/// One interpreter, one module, one thread at a time.
State& state() {
  static State only;
  return only;
}

/// The object as text, no longer than `longest` and a character's end.
std::string shown(PyObject* object, std::size_t longest) {
  PyRef text = PyRef::share(object);
  if (PyBytes_Check(object))
    text = python_text(view(object), "backslashreplace");
  else if (!PyUnicode_Check(object))
    text = PyRef::take(PyObject_Str(object));
  return utf8(
      PyRef::take(PyUnicode_Substring(text.get(), 0, static_cast<Py_ssize_t>(longest))).get());
}

/// Runs `work`, which returns a reference, as the C API wants to be answered.
template <typename Work>
PyObject* answer(const Work& work) {
  try {
    return work();
  } catch (const Raised&) {
    return nullptr;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyObject* finding(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* const names[] = {"field", "before", "after", "hint", nullptr};
  PyObject *field = nullptr, *before = nullptr, *after = nullptr, *hint = nullptr;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OOO|O:finding", const_cast<char**>(names),
                                   &field, &before, &after, &hint))
    return nullptr;
  return answer([&] {
    if (state().told.size() >= kMostFindings)
      ++state().untold;
    else
      state().told.push_back({shown(field, kLongestName), hint ? shown(hint, kLongestName) : "",
                              shown(before, kLongestValue), shown(after, kLongestValue)});
    Py_RETURN_NONE;
  });
}

PyObject* normal_time(PyObject*, PyObject* arguments) {
  long long seconds = 0;
  if (!PyArg_ParseTuple(arguments, "L:normal_time", &seconds)) return nullptr;
  return PyLong_FromLongLong(state().rules.normal_time(seconds));
}

PyMethodDef functions[] = {
    {"finding", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(finding)),
     METH_VARARGS | METH_KEYWORDS,
     "finding(field, before, after, hint='')\n\nSays of one change what it was, what it became, "
     "and "
     "how to keep it out where it is written."},
    {"normal_time", normal_time, METH_VARARGS,
     "normal_time(seconds)\n\nWhat a time, in seconds since 1970, becomes: the epoch where it is "
     "later (always with --time=set), and 0 without an epoch."},
    {nullptr, nullptr, 0, nullptr}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "normalize",
                          "What normalize tells its plugins, and they tell it.",
                          -1,
                          functions,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

PyObject* make_module() {
  return answer([] {
    const Rules& rules = state().rules;
    const PyRef module = PyRef::take(PyModule_Create(&definition));
    const PyRef epoch =
        rules.epoch ? PyRef::take(PyLong_FromLongLong(*rules.epoch)) : PyRef::share(Py_None);
    checked(PyObject_SetAttrString(module.get(), "epoch", epoch.get()));
    checked(
        PyModule_AddStringConstant(module.get(), "profile", rules.strict() ? "strict" : "safe"));
    Py_INCREF(module.get());
    return module.get();
  });
}

}  // namespace

void register_api() {
  if (PyImport_AppendInittab("normalize", make_module) != 0) throw std::bad_alloc();
}

void tell_api(const Rules& rules) { state().rules = rules; }

std::vector<Told> take_findings() {
  std::vector<Told> told = std::exchange(state().told, {});
  if (const std::size_t more = std::exchange(state().untold, 0))
    told.push_back({"more", "", "", std::to_string(more) + " changes"});
  return told;
}

}  // namespace normalize::python
