#include "driver/report/json.h"

#include <cstdio>

#include "driver/report/escape.h"
#include "normalizers/bytes/digest.h"

namespace normalize {
namespace {

void append_escape(std::string& out, unsigned code) {
  char text[7];
  std::snprintf(text, sizeof text, "\\u%04x", code);
  out += text;
}

/// RFC 8259 section 7 wants quotes, backslashes and C0 controls escaped; DEL and the C1 controls
/// are escaped for the sake of terminals, the separators U+2028 and U+2029 for that of readers who
/// take them for ends of lines.
void append_character(std::string& out, std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence == "\"" || sequence == "\\")
    out.append("\\").append(sequence);
  else if (sequence == "\n")
    out += "\\n";
  else if (sequence == "\t")
    out += "\\t";
  else if (first < 0x20 || first == 0x7f)
    append_escape(out, first);
  else if (first == 0xc2 && static_cast<unsigned char>(sequence[1]) < 0xa0)
    append_escape(out, static_cast<unsigned char>(sequence[1]));
  else if (sequence == "\u2028" || sequence == "\u2029")
    out += sequence == "\u2028" ? "\\u2028" : "\\u2029";
  else
    out += sequence;
}

}  // namespace

void JsonWriter::append_string(std::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0)
      append_escape(out_, 0xfffd);
    else if (text[0] == '<' && within_ == Within::page)
      append_escape(out_, '<');
    else
      append_character(out_, text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out_ += '"';
}

void JsonWriter::comma() {
  if (!first_) out_ += ',';
  first_ = false;
}

void JsonWriter::key(std::string_view key) {
  comma();
  append_string(key);
  out_ += ':';
}

void JsonWriter::text(std::string_view key, std::string_view value) {
  plain_text(key, value);
  if (!is_utf8(value)) text(std::string(key) + "_base64", base64(as_bytes(value)));
}

void JsonWriter::plain_text(std::string_view key, std::string_view value) {
  this->key(key);
  append_string(value);
}

void JsonWriter::number(std::string_view key, std::int64_t value) {
  this->key(key);
  out_ += std::to_string(value);
}

void JsonWriter::number(std::string_view key, std::uint64_t value) {
  this->key(key);
  out_ += std::to_string(value);
}

void JsonWriter::null(std::string_view key) {
  this->key(key);
  out_ += "null";
}

void JsonWriter::boolean(std::string_view key, bool value) {
  this->key(key);
  out_ += value ? "true" : "false";
}

void JsonWriter::element(std::string_view text) {
  comma();
  append_string(text);
}

void JsonWriter::element(std::int64_t number) {
  comma();
  out_ += std::to_string(number);
}

}  // namespace normalize
