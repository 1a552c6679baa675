#include "driver/python/launch_service.h"

#include <array>
#include <set>

#include "driver/python/ending.h"
#include "driver/python/sockets.h"

namespace normalize {
namespace {

class Service {
 public:
  Service(const Descriptor& socket, const ProgramCall& call, std::size_t most)
      : socket_(socket), call_(call), most_(most) {}
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    for (const pid_t pid : running_) kill_and_wait(pid);
  }

  /// Answers whether the reply was taken.
  bool answer(const LaunchRequest& request) {
    if (request.kind == static_cast<std::int32_t>(LaunchRequest::Kind::start)) return start();
    const auto found = running_.find(request.pid);
    if (found == running_.end()) return reply({ESRCH, 0});
    if (request.kind == static_cast<std::int32_t>(LaunchRequest::Kind::has_ended))
      return reply({0, has_ended(request.pid) ? 1 : 0});
    if (request.kind != static_cast<std::int32_t>(LaunchRequest::Kind::end))
      return reply({EINVAL, 0});
    running_.erase(found);
    return reply({0, kill_and_wait(request.pid)});
  }

 private:
  bool start() try {
    if (running_.size() >= most_) return reply({EAGAIN, 0});
    const Launched program = launch(call_);
    running_.insert(program.pid);
    return reply({0, program.pid}, std::array{program.socket.get(), program.errors.get()});
  } catch (const std::system_error& error) {
    return reply({error.code().value(), 0});
  }

  bool reply(const LaunchReply& said, std::span<const int> descriptors = {}) const {
    return send_message(socket_, std::as_bytes(std::span(&said, 1)), descriptors);
  }

  const Descriptor& socket_;
  const ProgramCall& call_;
  const std::size_t most_;
  std::set<pid_t> running_;
};

}  // namespace

void serve_launches(const Descriptor& socket, const ProgramCall& call, std::size_t most) {
  Service service(socket, call, most);
  LaunchRequest request;
  while (receive_message(socket, std::as_writable_bytes(std::span(&request, 1))))
    if (!service.answer(request)) return;
}

}  // namespace normalize
