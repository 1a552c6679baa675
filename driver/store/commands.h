#pragma once

#include <string>
#include <vector>

namespace normalize {

/// `store init|add|list|show|diff|restore|verify|gc|drop`: takes the words behind "store", returns
/// the exit status, and throws UsageError, std::system_error, or std::runtime_error that names what
/// is wrong; the store is then what it was before.
int run_store(const std::vector<std::string>& words);

namespace store {

/// One each, by the words behind its name.
int run_init(const std::vector<std::string>& words);
int run_add(const std::vector<std::string>& words);
int run_list(const std::vector<std::string>& words);
int run_show(const std::vector<std::string>& words);
int run_diff(const std::vector<std::string>& words);
int run_restore(const std::vector<std::string>& words);
int run_verify(const std::vector<std::string>& words);
int run_gc(const std::vector<std::string>& words);
int run_drop(const std::vector<std::string>& words);

}  // namespace store
}  // namespace normalize
