#pragma once

#include "normalizers/context.h"

namespace normalize {

/// Passes questions on, and knows whether there were any: then a file's normal form is no matter of
/// its own bytes alone.
class WatchedNeighbours final : public Neighbours {
 public:
  explicit WatchedNeighbours(const Neighbours& neighbours) : neighbours_(neighbours) {}

  std::optional<Neighbour> find(std::string_view name) const override {
    asked_ = true;
    return neighbours_.find(name);
  }
  std::optional<Bytes> read(std::string_view name) const override {
    asked_ = true;
    return neighbours_.read(name);
  }
  bool were_asked() const { return asked_; }

 private:
  const Neighbours& neighbours_;
  mutable bool asked_ = false;
};

/// The same for services, whose programs and plugins are not ours.
class WatchedServices final : public Services {
 public:
  explicit WatchedServices(Services& services) : services_(services) {}

  std::array<std::byte, 4> python_magic() override { return asked().python_magic(); }
  Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) override {
    return asked().recompile(source, filename, optimization);
  }
  std::optional<std::string> first_difference(ByteView before, ByteView after,
                                              Filenames filenames) override {
    return asked().first_difference(before, after, filenames);
  }
  PluginResult plugin(const PluginCall& call) override { return asked().plugin(call); }
  bool were_asked() const { return asked_; }

 private:
  Services& asked() {
    asked_ = true;
    return services_;
  }

  Services& services_;
  bool asked_ = false;
};

}  // namespace normalize
