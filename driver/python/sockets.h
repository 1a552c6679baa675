#pragma once

#include <optional>
#include <span>
#include <vector>

#include "driver/tree/descriptor.h"
#include "normalizers/bytes/bytes.h"

/// Sockets between a process and those that it starts.
namespace normalize {

struct SocketPair {
  Descriptor ours, theirs;
};

/// Two ends of one stream. Throws std::system_error.
SocketPair socket_pair();

/// Sends all of `bytes`, which are few, and copies of `descriptors`, kMostPassed at the most, along
/// with them. Answers whether it could.
bool send_message(const Descriptor& socket, ByteView bytes, std::span<const int> descriptors = {});

/// How many descriptors go with one message.
inline constexpr std::size_t kMostPassed = 2;

/// Fills `bytes` with what send_message() sent. Returns the descriptors that came along, fewer than
/// were sent where this process may have no more; unset where the other end is closed or broken.
std::optional<std::vector<Descriptor>> receive_message(const Descriptor& socket,
                                                       std::span<std::byte> bytes);

}  // namespace normalize
