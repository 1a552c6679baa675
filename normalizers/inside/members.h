#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "normalizers/bytes/content.h"

/// What is inside of files, for those who compare them. libarchive and libraries of codecs read.
namespace normalize::inside {

/// How many bytes may still be unpacked.
class Allowance {
 public:
  explicit Allowance(std::uint64_t bytes) : left_(bytes) {}
  /// Throws LimitError where it is more than that.
  void spend(std::uint64_t bytes);

 private:
  std::uint64_t left_;
};

/// How a format, by its name in the registry, can be looked into.
enum class Shape {
  opaque,
  packed,   // one payload
  archive,  // members
};
/// For files that are no registered format's, `head` decides.
Shape shape_of(std::string_view format, ByteView head);

/// A property of a name besides its bytes: {"mode", "0644"}.
using Property = std::pair<std::string, std::string>;

struct Member {
  std::string path;        // without "./" in front and '/' behind
  std::size_t number = 0;  // from 0, in the archive's order
  std::uint64_t size = 0;
  Bytes digest;                      // SHA-256 of its data; empty where that cannot be read
  std::vector<Property> properties;  // in an order of their own, the same for every member
  bool is_file = false;
};

/// The members of an archive, in its order. Throws FormatError where libarchive cannot read it.
std::vector<Member> list_members(const Content& archive, Allowance& allowance);
/// The data of the members `numbers`, which rise. Throws likewise.
std::vector<Buffer> read_members(const Content& archive, std::span<const std::size_t> numbers,
                                 Allowance& allowance);

/// What a file of a format of Shape::packed unpacks to, all its streams. Throws likewise.
Buffer unpack(std::string_view format, const Content& packed, Allowance& allowance);
/// What that would be called: "a.tar" for "a.tar.gz" and "a.tgz".
std::string payload_name(std::string_view name);

}  // namespace normalize::inside
