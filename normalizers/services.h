#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// A service could not answer; what() says why, and how to get it where it is missing.
class ServiceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whether co_filename counts: not where it was changed on purpose.
enum class Filenames { compare, pass_over };

/// What a normalizer may ask for that bytes and rules alone do not give. The driver answers,
/// through programs of its own; a normalizer works without. Any number of threads may ask at once.
class Services {
 public:
  Services() = default;
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;
  virtual ~Services() = default;

  /// The first four bytes of the .pyc files that the Python at hand writes. Throws ServiceError.
  virtual std::array<std::byte, 4> python_magic() = 0;

  /// What stands behind the header of the .pyc file that this Python makes of `source`, compiled
  /// under the name `filename` at optimization level 0, 1 or 2. Right, but not in canonical form:
  /// it depends on what was compiled before. Throws ServiceError, for a source that does not
  /// compile too.
  virtual Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) = 0;

  /// Compares what this Python loads from the marshal streams of two .pyc files of its own magic
  /// number: types, values to the bit, and which objects are one object. Unset where nothing was
  /// lost; otherwise the first difference, as text. Throws ServiceError.
  virtual std::optional<std::string> first_difference(ByteView before, ByteView after,
                                                      Filenames filenames = Filenames::compare) = 0;
};

}  // namespace normalize
