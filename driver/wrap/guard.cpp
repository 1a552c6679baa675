#include "driver/wrap/guard.h"

#include <charconv>
#include <cstdlib>
#include <sstream>
#include <system_error>

#include "driver/path_search.h"

namespace normalize::wrap {
namespace {

constexpr const char* kVariable = "NORMALIZE_SHIM";

/// What is not of the form is nobody's.
Identity parsed(std::string_view text) {
  const std::size_t dot = text.find('.');
  std::uint64_t device = 0, inode = 0;
  if (dot == text.npos) return {};
  std::from_chars(text.data(), text.data() + dot, device);
  std::from_chars(text.data() + dot + 1, text.data() + text.size(), inode);
  return {static_cast<dev_t>(device), static_cast<ino_t>(inode)};
}

}  // namespace

Guard::Guard() {
  try {
    const Identity self = identity_of_program(own_path());
    ourselves_.insert(self);
    own_ = "@" + std::to_string(self.device) + "." + std::to_string(self.inode);
  } catch (const std::system_error&) {
    // Removed while it runs, say: then no name in PATH leads to it.
  }
  if (const char* const value = std::getenv(kVariable)) value_ = value;
  std::istringstream words(value_);
  for (std::string word; words >> word;)
    ourselves_.insert(parsed(std::string_view(word).substr(word.find('@') + 1)));
}

bool Guard::is_inside(const std::string& name) const {
  return (" " + value_ + " ").find(" " + name + "@") != std::string::npos;
}

void Guard::enter(const std::string& name) {
  const std::string word = name + own_;
  if (own_.empty() || (" " + value_ + " ").find(" " + word + " ") != std::string::npos) return;
  value_ += (value_.empty() ? "" : " ") + word;
  environment_.set(kVariable, value_);
}

}  // namespace normalize::wrap
