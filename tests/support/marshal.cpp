#include "tests/support/marshal.h"

namespace normalize::test::marshal {
namespace {

std::string sized(char code, const std::vector<std::string>& elements) {
  std::string all = code + number(static_cast<std::uint32_t>(elements.size()));
  for (const std::string& element : elements) all += element;
  return all;
}

std::string short_text(char code, std::string_view ascii) {
  return std::string{code, static_cast<char>(ascii.size())} + std::string(ascii);
}

}  // namespace

std::string number(std::uint32_t value) {
  std::string bytes;
  for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

std::string integer(std::int32_t value) { return "i" + number(static_cast<std::uint32_t>(value)); }

std::string raw(std::string_view content) {
  return "s" + number(static_cast<std::uint32_t>(content.size())) + std::string(content);
}

std::string text(std::string_view ascii) { return short_text('z', ascii); }

std::string interned(std::string_view ascii) { return short_text('Z', ascii); }

std::string tuple(const std::vector<std::string>& elements) {
  std::string all{')', static_cast<char>(elements.size())};
  for (const std::string& element : elements) all += element;
  return all;
}

std::string list(const std::vector<std::string>& elements) { return sized('[', elements); }

std::string frozenset(const std::vector<std::string>& elements) { return sized('>', elements); }

std::string flagged(std::string object) {
  object[0] = static_cast<char>(object[0] | 0x80);
  return object;
}

std::string reference(std::uint32_t to) { return "r" + number(to); }

std::string code(const std::string& consts, std::string_view qualname) {
  return "c" + std::string(20, '\0') + raw("\x97") + consts + tuple({interned("a_name")}) +
         tuple({interned("a_local")}) + raw(" ") + text("a_file.py") + interned("a_function") +
         interned(qualname) + number(1) + raw("lines") + raw("handlers");
}

Bytes pyc_file(const std::string& object, const PycHeader& header) {
  std::string all{static_cast<char>(header.magic & 0xff), static_cast<char>(header.magic >> 8)};
  all += "\r\n" + number(header.flags) + number(header.mtime) + number(header.size) + object;
  return bytes(all);
}

Bytes pyc_of(const std::vector<std::string>& consts) { return pyc_file(code(tuple(consts))); }

}  // namespace normalize::test::marshal
