#pragma once

#include <string>
#include <string_view>

#include "driver/python/program/python.h"
#include "normalizers/bytes/bytes.h"

/// Bytes and texts between C++ and Python. All but view() throw Raised.
namespace normalize::python {

/// Never at null, which the C API takes for something else than empty.
std::string_view text_of(ByteView bytes);

/// What a bytes object holds, for as long as that lives.
ByteView view(PyObject* bytes);

PyRef python_bytes(ByteView bytes);
/// `errors` names what becomes of bytes that are not UTF-8: "surrogatepass", "surrogateescape".
PyRef python_text(ByteView utf8, const char* errors);

/// A str in UTF-8, lone surrogates as "\udcff".
std::string utf8(PyObject* text);

/// `name` in `module`, which is imported.
PyRef attribute(const char* module, const char* name);

}  // namespace normalize::python
