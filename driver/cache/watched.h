#pragma once

#include "driver/cache/answers.h"
#include "normalizers/context.h"

namespace normalize {

inline CacheAnswer answer_of(std::string_view name,
                             const std::optional<Neighbours::Neighbour>& found) {
  if (!found) return {std::string(name), false, 0, 0};
  return {std::string(name), true, found->time_before, found->time_after};
}

/// Passes questions on, and remembers the answers: a file's normal form is no matter of its own
/// bytes alone where there are any. For one file, and whoever works on it.
class WatchedNeighbours final : public Neighbours {
 public:
  explicit WatchedNeighbours(const Neighbours& neighbours) : neighbours_(neighbours) {}

  std::optional<Neighbour> find(std::string_view name) const override {
    const auto found = neighbours_.find(name);
    answers_.push_back(answer_of(name, found));
    return found;
  }
  std::optional<Bytes> read(std::string_view name) const override {
    gave_bytes_ = true;
    return neighbours_.read(name);
  }
  /// Whether other files' bytes were asked for, which no answer here stands for.
  bool gave_bytes() const { return gave_bytes_; }
  const std::vector<CacheAnswer>& answers() const { return answers_; }

 private:
  const Neighbours& neighbours_;
  mutable std::vector<CacheAnswer> answers_;
  mutable bool gave_bytes_ = false;
};

/// Passes questions on, and knows whether there were any: programs and plugins are not ours.
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
