#pragma once

#include "driver/pipeline.h"
#include "driver/python/services.h"
#include "driver/sandbox/sandbox.h"

namespace normalize {

/// Whether runs of this process confine themselves: main() says so, unless NORMALIZE_SANDBOX is off
/// in the environment. Off until then.
void use_sandbox(bool wanted);

/// Whether such a run will start no program once it is confined.
bool gives_up_programs();

/// What a run has to reach: the paths of `task`, which Mode::apply writes to, and what is beside
/// them; the scratch folder; plugins, and what the system's libraries and Python read.
Access access_for(const Task& task, const PluginOptions& plugins);

/// Where `file` is written, or replaced by a file beside it.
void add_output(Access& access, const std::string& file);

/// Confines the process to that, where it shall be.
void confine_run(const Access& access);

}  // namespace normalize
