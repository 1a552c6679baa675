#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/normalize.h"

/// What tests of normalizers share: bytes by hand, and one call that normalizes them.
namespace normalize::test {

/// 2024-01-02T03:04:05Z.
inline constexpr std::int64_t kEpoch = 1'704'164'645;

/// Rules with an epoch of kEpoch.
Rules rules_with_epoch();
Rules strict_rules();

/// The bytes of a text; "\x1f\x8b"sv literals keep their NULs.
Bytes bytes(std::string_view text);
Bytes read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, ByteView content);

/// What normalize_source() makes of `input`, gathered; `bytes` holds the input where it stays.
struct Outcome {
  Result::Outcome outcome;
  std::string format;
  Bytes bytes;
  Findings findings;
  std::vector<Remark> remarks;

  bool changed() const { return outcome == Result::Outcome::changed; }
  /// Whether some finding is about `field` ("MTIME"), of any member.
  bool found(std::string_view field) const;
  /// Whether some remark's text has `text` in it.
  bool remarked(std::string_view text) const;
};
Outcome run(ByteView input, std::string_view name = "file", const Rules& rules = rules_with_epoch(),
            const Neighbours* neighbours = nullptr, Services* services = nullptr);

/// The normal form alone.
Bytes normal(ByteView input, std::string_view name = "file",
             const Rules& rules = rules_with_epoch());

/// tests/data/<format>/: every sample of a format, in the order of names.
std::vector<std::filesystem::path> samples(std::string_view format);
std::filesystem::path data_folder();

/// The folder of real packages and .pyc files that the project was measured with; empty where it is
/// not there, and then says so. The variable NORMALIZE_SHARED_FIXTURES names it where it stands
/// elsewhere.
std::filesystem::path shared_fixtures();

}  // namespace normalize::test
