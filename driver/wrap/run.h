#pragma once

#include "driver/wrap/child.h"
#include "driver/wrap/creator.h"
#include "driver/wrap/options.h"
#include "driver/wrap/settings.h"
#include "driver/wrap/watch.h"

namespace normalize::wrap {

/// A creator's command line, and what stands around it.
struct Wrapping {
  WrapOptions options;
  const Creator* creator = nullptr;  // null where the options tell all
  /// Whether the creator's own name has led here, and nobody has asked: a stream then may be a part
  /// of what another creator writes, as dpkg-deb has tar write the owners that a package is to
  /// have.
  bool leaves_streams = false;
  /// As it runs where it writes no package.
  Program program;
  /// What it finds around it where it does, but for what is settled.
  Environment environment;
};

/// Runs it as `wrap` does; a call that writes no package takes our place. Returns the exit status.
/// Throws as run_wrap() does.
int run_wrapping(const Wrapping& wrapping);

/// What a creator has written, resolved. Throws WrapError where there is nothing.
std::vector<std::string> written_packages(const Call& call, const Watch& watch);

}  // namespace normalize::wrap
