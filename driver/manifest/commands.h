#pragma once

#include <string>
#include <vector>

/// Commands that tell of the bytes of trees as `apply` would leave them. They take the words behind
/// their names, return the exit status, and throw UsageError or std::system_error.
namespace normalize {

/// `hash PATH...`
int run_hash(const std::vector<std::string>& words);
/// `manifest TREE`
int run_manifest(const std::vector<std::string>& words);
/// `verify SPEC TREE`
int run_verify(const std::vector<std::string>& words);

}  // namespace normalize
