#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "normalizers/bytes/bytes.h"

/// The language that normalize and normalize-python speak over a socket pair: one reply for each
/// request, after a greeting by normalize-python. A message on the wire is its length in four
/// bytes, little-endian, then its kind in one byte, then its fields, each behind its own length in
/// four bytes.
namespace normalize {

/// What the greeting names; raised with every change of what messages mean.
inline constexpr std::string_view kPythonProtocol = "normalize-python 2";

/// The descriptor at which normalize-python finds its end of the socket pair.
inline constexpr int kPythonSocket = 3;

/// The word behind which normalize-python is told the folders that plugins are in.
inline constexpr std::string_view kPythonPluginFolders = "--plugins-in";

/// Longer messages are refused at both ends.
inline constexpr std::size_t kMaxMessageBytes = std::size_t{256} << 20;

struct Message {
  enum class Kind : char {
    greeting = 'G',  // the protocol, the version of Python, its four magic bytes
    recompile =
        'C',  // source, file name, optimization level as a digit -> result: a marshal stream
    // two marshal streams, and a field of code objects to pass over or nothing -> result: the first
    // difference, or no field
    compare = 'V',
    // a plugin's module: its name, its path, its source, the epoch in digits or nothing, "clamp" or
    // "set", "safe" or "strict", the seconds that a call may take -> result: no field
    load = 'L',
    // a call of the plugin loaded: function, path of the file, settings in JSON, the file's bytes
    // -> result: no field, or the new bytes and what the plugin found: field, hint, before and
    // after for each
    call = 'P',
    result = 'R',
    // the type of a Python exception or nothing, what is wrong, the traceback or nothing
    failure = 'E',
  };
  Kind kind = Kind::failure;
  std::vector<Bytes> fields;

  void add(ByteView field) { fields.emplace_back(field.begin(), field.end()); }
  void add(std::string_view field) { add(as_bytes(field)); }
};

/// The message as it goes over the wire. Throws std::length_error past kMaxMessageBytes.
Bytes encode(const Message& message);

/// Puts messages together from bytes as they arrive, in runs of any length. Takes no more memory
/// than has arrived, whatever lengths are claimed.
class MessageAssembler {
 public:
  void feed(ByteView bytes) { buffer_.insert(buffer_.end(), bytes.begin(), bytes.end()); }

  /// The next message that is complete. Throws FormatError where what arrived cannot be one.
  std::optional<Message> next();

  /// Whether bytes of a message that is not complete are left.
  bool pending() const { return !buffer_.empty(); }

 private:
  Bytes buffer_;
};

}  // namespace normalize
