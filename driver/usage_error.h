#pragma once

#include <stdexcept>

namespace normalize {

/// The command line or the environment asks for what cannot be; what() is the message. Found before
/// any file is touched.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace normalize
