#include "driver/python/plugin_helper.h"

#include "driver/python/fields.h"

namespace normalize {
namespace {

/// The program ends a call that takes too long; where it cannot, we do, this much later.
constexpr std::chrono::seconds kGrace{5};

HelperOptions with_grace(HelperOptions options) {
  options.patience += kGrace;
  return options;
}

/// "ValueError: no count (index.py, line 12)"
std::string problem_in(const Message& failure) {
  const std::string type = printable(failure.fields[0]), text = printable(failure.fields[1]);
  if (type.empty()) return text;
  return text.empty() || text.starts_with(" (") ? type + text : type + ": " + text;
}

std::string traceback_in(const Message& failure) { return std::string(as_text(failure.fields[2])); }

/// Fields of a reply from the second on, four a finding.
PluginResult result_in(Message reply) {
  PluginResult result;
  if (reply.fields.empty()) return result;
  const auto text = [&](std::size_t at) { return std::string(as_text(reply.fields[at])); };
  for (std::size_t i = 1; i < reply.fields.size(); i += 4)
    result.findings.push_back(
        {&field_called(printable(reply.fields[i]), printable(reply.fields[i + 1])), text(i + 2),
         text(i + 3)});
  result.output = std::move(reply.fields.front());
  return result;
}

}  // namespace

PluginHelper::PluginHelper(const PluginModule& module, const HelperOptions& options)
    : module_(module), limit_(options.patience), process_(with_grace(options)) {}

PluginResult PluginHelper::call(std::string_view function, const PluginCall& call) {
  if (process_.start()) load();
  Message request{Message::Kind::call, {}};
  request.add(function);
  request.add(call.path);
  request.add(call.settings);
  request.add(call.input);
  Message reply = process_.ask(request);
  if (reply.kind == Message::Kind::failure)
    throw PluginError(problem_in(reply), traceback_in(reply));
  if (!reply.fields.empty() && reply.fields.size() % 4 != 1)
    process_.reject("a plugin's result in " + std::to_string(reply.fields.size()) + " fields");
  return result_in(std::move(reply));
}

void PluginHelper::load() try {
  Message request{Message::Kind::load, {}};
  request.add(module_.name);
  request.add(module_.path);
  request.add(module_.source);
  request.add(module_.epoch ? std::to_string(*module_.epoch) : "");
  request.add(module_.time_mode == TimeMode::set ? "set" : "clamp");
  request.add(module_.profile == Profile::strict ? "strict" : "safe");
  request.add(std::to_string(std::chrono::ceil<std::chrono::seconds>(limit_).count()));
  const Message reply = process_.ask(request);
  if (reply.kind == Message::Kind::failure)
    throw PluginLoadError("cannot be loaded: " + problem_in(reply), traceback_in(reply));
} catch (const HelperError& error) {
  throw PluginLoadError(std::string("cannot be loaded: ") + error.what(), "");
}

}  // namespace normalize
