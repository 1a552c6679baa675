#pragma once

#include <string_view>

#include "driver/python/message.h"

namespace normalize::python {

Message failure(std::string_view type, std::string_view problem, std::string_view traceback = {});

/// Takes the exception that Python has raised, without its traceback.
Message raised();

/// The same for what code in the file `path` has raised, with the last line of that file that was
/// run, and the traceback.
Message raised_by(std::string_view path);

}  // namespace normalize::python
