#include "driver/python/sockets.h"

#include <sys/socket.h>

#include <array>
#include <cstring>

namespace normalize {
namespace {

/// Room for a control message with kMostPassed descriptors, aligned as one has to be. CMSG_SPACE()
/// is no constant everywhere.
struct alignas(cmsghdr) Control {
  std::array<std::byte, 64> room;
};

msghdr message_of(iovec& part, Control& control) {
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.room.data();
  message.msg_controllen = CMSG_SPACE(kMostPassed * sizeof(int));
  return message;
}

void attach(msghdr& message, std::span<const int> descriptors) {
  const std::size_t size = descriptors.size_bytes();
  message.msg_controllen = CMSG_SPACE(size);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(size);
  std::memcpy(CMSG_DATA(header), descriptors.data(), size);
}

std::vector<Descriptor> attached(msghdr& message) {
  std::vector<Descriptor> descriptors;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(header) + i * sizeof descriptor, sizeof descriptor);
      descriptors.emplace_back(descriptor);
    }
  }
  return descriptors;
}

}  // namespace

SocketPair socket_pair() {
  std::array<int, 2> ends;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw_errno("cannot make a socket pair");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

bool send_message(const Descriptor& socket, ByteView bytes, std::span<const int> descriptors) {
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  Control control{};
  msghdr message = message_of(part, control);
  if (descriptors.empty()) {
    message.msg_control = nullptr;
    message.msg_controllen = 0;
  } else {
    attach(message, descriptors);
  }
  const ssize_t sent =
      uninterrupted([&] { return ::sendmsg(socket.get(), &message, MSG_NOSIGNAL); });
  return sent == static_cast<ssize_t>(bytes.size());
}

std::optional<std::vector<Descriptor>> receive_message(const Descriptor& socket,
                                                       std::span<std::byte> bytes) {
  iovec part{bytes.data(), bytes.size()};
  Control control{};
  msghdr message = message_of(part, control);
  const ssize_t count = uninterrupted(
      [&] { return ::recvmsg(socket.get(), &message, MSG_WAITALL | MSG_CMSG_CLOEXEC); });
  if (count < 0) return std::nullopt;
  std::vector<Descriptor> descriptors = attached(message);
  if (count != static_cast<ssize_t>(bytes.size())) return std::nullopt;
  return descriptors;
}

}  // namespace normalize
