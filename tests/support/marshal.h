#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bytes.h"

/// Marshal streams by hand, piece by piece; as CPython 3.11 reads them unless said otherwise.
namespace normalize::test::marshal {

std::string number(std::uint32_t value);  // four bytes
std::string integer(std::int32_t value);
std::string raw(std::string_view content);                    // bytes
std::string text(std::string_view ascii);                     // z
std::string interned(std::string_view ascii);                 // Z
std::string tuple(const std::vector<std::string>& elements);  // )
std::string list(const std::vector<std::string>& elements);
std::string frozenset(const std::vector<std::string>& elements);
/// The object with FLAG_REF set, and a later mention of the flagged object with this number.
std::string flagged(std::string object);
std::string reference(std::uint32_t number);

/// A code object; its own names are strings, nowhere flagged.
std::string code(const std::string& consts, std::string_view qualname = "module");

struct PycHeader {
  std::uint16_t magic = 3495;  // 3.11
  std::uint32_t flags = 0;
  std::uint32_t mtime = 0;
  std::uint32_t size = 0;
};
Bytes pyc_file(const std::string& object, const PycHeader& header = {});
/// A file whose module has these constants.
Bytes pyc_of(const std::vector<std::string>& consts);

}  // namespace normalize::test::marshal
