#pragma once

#include <string>

#include "driver/python/message.h"
#include "driver/python/program/plugin_folders.h"
#include "driver/python/program/python.h"

namespace normalize::python {

/// The one plugin module of this process.
class Plugin {
 public:
  explicit Plugin(PluginFolders folders) : folders_(std::move(folders)) {}

  /// Answers Message::Kind::load. A module that is there already stays, and that is a failure.
  Message load(const Message& request);

  /// Answers Message::Kind::call in a process of its own, which sees the module as it was once
  /// loaded: what a call leaves behind in memory, no other call meets. Calls the function once more
  /// on what it gave.
  Message call(const Message& request) const;

 private:
  Message run(const Message& request) const;
  PyRef invoke(const Message& request, PyObject* input) const;

  const PluginFolders folders_;
  std::string path_;
  PyRef module_, parse_settings_;
  unsigned seconds_ = 0;
};

}  // namespace normalize::python
