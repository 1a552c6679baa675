#include "driver/python/message.h"

#include <stdexcept>

#include "normalizers/bytes/reader.h"

namespace normalize {
namespace {

constexpr std::size_t kLengthBytes = 4;

void append_length(Bytes& out, std::size_t length) {
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    out.push_back(static_cast<std::byte>(length >> (8 * i)));
}

bool is_kind(char value) {
  return std::string_view("GCVLPRE").find(value) != std::string_view::npos;
}

Message decode(Reader in) {
  const auto kind = static_cast<char>(in.byte("kind"));
  if (!is_kind(kind)) in.fail("message of an unknown kind");
  Message message{static_cast<Message::Kind>(kind), {}};
  while (in.remaining() > 0)
    message.add(in.take(in.little_endian<std::uint32_t>("length of a field"), "field"));
  return message;
}

}  // namespace

Bytes encode(const Message& message) {
  std::size_t length = 1;
  for (const Bytes& field : message.fields) length += kLengthBytes + field.size();
  if (length > kMaxMessageBytes) throw std::length_error("message too long");
  Bytes out;
  out.reserve(kLengthBytes + length);
  append_length(out, length);
  out.push_back(static_cast<std::byte>(message.kind));
  for (const Bytes& field : message.fields) {
    append_length(out, field.size());
    out.insert(out.end(), field.begin(), field.end());
  }
  return out;
}

std::optional<Message> MessageAssembler::next() {
  if (buffer_.size() < kLengthBytes) return std::nullopt;
  Reader in(buffer_);
  const auto length = in.little_endian<std::uint32_t>("length");
  if (length > kMaxMessageBytes) in.fail("message of " + std::to_string(length) + " bytes");
  if (in.remaining() < length) return std::nullopt;
  Message message = decode(in.region(length, "message"));
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(in.offset()));
  return message;
}

}  // namespace normalize
