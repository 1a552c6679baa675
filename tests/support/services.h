#pragma once

#include <functional>

#include "normalizers/services.h"
#include "tests/support/bytes.h"

namespace normalize::test {

/// A Python that answers as a test wants it to.
class FakePython final : public Services {
 public:
  using Compile = std::function<Bytes(ByteView source, std::string_view filename, unsigned level)>;
  explicit FakePython(Compile compiler = nullptr) : compile(std::move(compiler)) {}

  Compile compile;
  std::function<std::optional<std::string>(ByteView before, ByteView after)> compare;
  std::function<PluginResult(const PluginCall& call)> run_plugin;
  std::uint16_t magic = 3495;  // 3.11

  std::array<std::byte, 4> python_magic() override {
    return {static_cast<std::byte>(magic & 0xff), static_cast<std::byte>(magic >> 8),
            std::byte{'\r'}, std::byte{'\n'}};
  }
  Bytes recompile(ByteView source, std::string_view filename, unsigned level) override {
    if (!compile) throw ServiceError("not asked for");
    return compile(source, filename, level);
  }
  std::optional<std::string> first_difference(ByteView before, ByteView after, Filenames) override {
    if (!compare) throw ServiceError("not asked for");
    return compare(before, after);
  }
  PluginResult plugin(const PluginCall& call) override {
    if (!run_plugin) throw ServiceError("not asked for");
    return run_plugin(call);
  }
};

}  // namespace normalize::test
