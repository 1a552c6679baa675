#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace normalize {

/// What an epoch does to a time: lowers the later ones to it, or replaces them all.
enum class TimeMode { clamp, set };

/// How much counts as noise: `safe` drops what cannot change how anything behaves, `strict` also
/// what matters to provenance alone.
enum class Profile { safe, strict };

/// What a format can store as a time, in seconds since 1970-01-01 UTC. The floor is what a time
/// becomes when there is no epoch: the format's own zero.
struct TimeRange {
  std::int64_t floor = 0;
  std::int64_t ceiling = std::numeric_limits<std::int64_t>::max();
};

/// How much of anything a hostile file may ask for. Stated in `--help`, held by tests.
struct Limits {
  /// Levels of containers: a member of a member of a file stands at depth 2.
  unsigned depth = 16;
  /// Bytes that may be unpacked from one file of the tree, for each byte it has on disk ...
  std::uint64_t expansion_ratio = 200;
  /// ... and however small it is,
  std::uint64_t expansion_floor = std::uint64_t{64} << 20;
  /// but never more than this at a time.
  std::uint64_t expansion_ceiling = std::uint64_t{1} << 30;

  /// The budget of one file, in bytes, for a file of `size` bytes.
  std::uint64_t expanded_bytes(std::uint64_t size) const;
};

/// What "normal" means in one run. A plain value: built before the first file, never changed after,
/// shared by all workers.
struct Rules {
  /// Seconds since 1970-01-01 UTC; unset where there is no epoch.
  std::optional<std::int64_t> epoch;
  TimeMode time_mode = TimeMode::clamp;
  Profile profile = Profile::safe;
  Limits limits;
  /// Whether containers that changed are opened again by an independent reader.
  bool verify = true;
  /// Names of formats that are left alone.
  std::set<std::string, std::less<>> disabled_formats;

  /// What a time of `seconds` becomes: the epoch, itself, or the format's floor, within `range`.
  std::int64_t normal_time(std::int64_t seconds, TimeRange range = {}) const;

  bool strict() const { return profile == Profile::strict; }
  bool enabled(std::string_view format) const { return !disabled_formats.contains(format); }
};

}  // namespace normalize
