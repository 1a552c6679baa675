#include "driver/python/program/values.h"

namespace normalize::python {

std::string_view text_of(ByteView bytes) { return bytes.empty() ? "" : as_text(bytes); }

ByteView view(PyObject* bytes) {
  return as_bytes({PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))});
}

PyRef python_bytes(ByteView bytes) {
  const std::string_view raw = text_of(bytes);
  return PyRef::take(PyBytes_FromStringAndSize(raw.data(), static_cast<Py_ssize_t>(raw.size())));
}

PyRef python_text(ByteView utf8, const char* errors) {
  const std::string_view raw = text_of(utf8);
  return PyRef::take(PyUnicode_DecodeUTF8(raw.data(), static_cast<Py_ssize_t>(raw.size()), errors));
}

std::string utf8(PyObject* text) {
  const PyRef encoded = PyRef::take(PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace"));
  return std::string(as_text(view(encoded.get())));
}

PyRef attribute(const char* module, const char* name) {
  const PyRef owner = PyRef::take(PyImport_ImportModule(module));
  return PyRef::take(PyObject_GetAttrString(owner.get(), name));
}

}  // namespace normalize::python
