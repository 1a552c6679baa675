#pragma once

#include "tests/support/packages.h"
#include "tests/support/tree.h"

namespace normalize::test {

/// Runs the program, its environment without what could change what it does.
CommandResult pack_command(const std::string& arguments);

/// Unpacks a package by `command` ("tar -xpf") into a new folder below `into`. Returns the folder.
std::filesystem::path unpacked(const TempTree& into, const std::string& command,
                               const std::filesystem::path& package);

/// A line for each name below a folder: type, mode, links, size, target, and for what is no folder
/// the digest of its bytes; without times and owners.
std::string listing(const std::filesystem::path& folder);

}  // namespace normalize::test
