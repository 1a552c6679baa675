#pragma once

// The one place that includes the Python C API.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <marshal.h>

#include <stdexcept>
#include <utility>

namespace normalize::python {

/// Python has raised an exception, which waits to be taken (PyErr_Fetch).
class Raised : public std::exception {};

/// Owns one reference.
class PyRef {
 public:
  PyRef() = default;
  /// Takes a new reference over, as most functions of the C API return one; null means that one has
  /// raised.
  static PyRef take(PyObject* object) {
    if (!object) throw Raised();
    return PyRef(object);
  }
  /// Shares a borrowed one.
  static PyRef share(PyObject* object) {
    Py_INCREF(object);
    return PyRef(object);
  }
  PyRef(const PyRef& other) : object_(other.object_) { Py_XINCREF(object_); }
  PyRef(PyRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PyRef& operator=(PyRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~PyRef() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }

 private:
  explicit PyRef(PyObject* object) : object_(object) {}
  PyObject* object_ = nullptr;
};

/// For functions of the C API that return -1 when they raise.
inline int checked(int status) {
  if (status < 0) throw Raised();
  return status;
}

}  // namespace normalize::python
