#include "driver/python/helper.h"

namespace normalize {

std::string PythonHelper::python_version() {
  process_.start();
  return process_.version();
}

std::array<std::byte, 4> PythonHelper::python_magic() {
  process_.start();
  return process_.magic();
}

Bytes PythonHelper::recompile(ByteView source, std::string_view filename, unsigned optimization) {
  Message request{Message::Kind::recompile, {}};
  request.add(source);
  request.add(filename);
  request.add(std::to_string(optimization));
  Message reply = ask(request);
  if (reply.fields.size() != 1)
    process_.reject("a recompiled file in " + std::to_string(reply.fields.size()) + " fields");
  return std::move(reply.fields.front());
}

std::optional<std::string> PythonHelper::first_difference(ByteView before, ByteView after,
                                                          Filenames filenames) {
  Message request{Message::Kind::compare, {}};
  request.add(before);
  request.add(after);
  request.add(filenames == Filenames::pass_over ? "co_filename" : "");
  const Message reply = ask(request);
  if (reply.fields.size() > 1)
    process_.reject("a comparison in " + std::to_string(reply.fields.size()) + " fields");
  if (reply.fields.empty()) return std::nullopt;
  return printable(reply.fields.front());
}

Message PythonHelper::ask(const Message& request) {
  Message reply = process_.ask(request);
  if (reply.kind == Message::Kind::result) return reply;
  const std::string type = printable(reply.fields[0]), text = printable(reply.fields[1]);
  throw HelperError("normalize-python: " + (text.empty() ? type : type + ": " + text));
}

}  // namespace normalize
