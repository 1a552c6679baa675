#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace normalize {

/// Writes one JSON text (RFC 8259) to the end of a string, member after member, without blanks.
/// The caller opens and closes; commas and escapes are seen to here.
///
/// A text that is not UTF-8, as file names may be, is told twice: under its key with U+FFFD for
/// each byte that is no part of a character, and under the key and "_base64" as it is.
class JsonWriter {
 public:
  /// What the text may stand in: the data of a page may hold no '<', which could end its element.
  enum class Within { lines, page };
  explicit JsonWriter(std::string& out, Within within = Within::lines)
      : out_(out), within_(within) {}

  void open_object() { open('{'); }
  void open_object(std::string_view key) { this->key(key), out_ += '{', first_ = true; }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void open_array(std::string_view key) { this->key(key), out_ += '[', first_ = true; }
  void close_array() { close(']'); }

  void text(std::string_view key, std::string_view value);
  /// The same without the second telling, for readers who expect no such key.
  void plain_text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::int64_t value);
  void number(std::string_view key, std::uint64_t value);
  void null(std::string_view key);
  void boolean(std::string_view key, bool value);

  /// One more of an array; a text that is not UTF-8 with U+FFFD alone.
  void element(std::string_view text);
  void element(std::int64_t number);

 private:
  void comma();
  void key(std::string_view key);
  void open(char bracket) { comma(), out_ += bracket, first_ = true; }
  void close(char bracket) { out_ += bracket, first_ = false; }

  void append_string(std::string_view text);

  std::string& out_;
  Within within_;
  bool first_ = true;
};

}  // namespace normalize
