#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// A field of a format that can hold noise. Constants of the format's file, so findings point to
/// them.
struct Field {
  /// The specification's name: "MTIME".
  std::string_view name;
  /// How to keep the noise out where it is written: "gzip -n". May be empty.
  std::string_view hint;
};

/// One change to one field.
struct Finding {
  /// The file within its containers, "WEB-INF/lib/a.jar!META-INF/MANIFEST.MF"; empty for the file
  /// itself.
  std::string member;
  std::string_view format;  // static, as Normalizer::name() is
  const Field* field;       // static
  std::string before;
  std::string after;
};

/// Something else that has to be said of a file or member.
struct Remark {
  enum class Kind {
    note,     // left alone for a good reason: signed, encrypted, a version not known
    damaged,  // malformed or past a limit; an error under --strict
    failed,   // the normal form did not pass its verification: an error
  };
  Kind kind;
  std::string member;
  /// "gzip: header CRC needs 2 bytes, 1 are left (at 0x1b); left as it was"
  std::string text;
};

/// All there is to say of one file, in the order it was met.
struct Journal {
  std::vector<Finding> findings;
  std::vector<Remark> remarks;
};

}  // namespace normalize
