#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/noise.h"

namespace normalize {

/// What an epoch does to a time: lowers the later ones to it, or replaces them all.
enum class TimeMode { clamp, set };

/// How much counts as noise: `safe` drops what cannot change how anything behaves, `strict` also
/// what matters to provenance alone.
enum class Profile { safe, strict };

/// What the header of a .pyc file says of its source, which Python compares before it uses the
/// file.
enum class PycMode {
  clamp,           // the source's own time once that is normal, so Python goes on using the file
  zero,            // 0, for trees in which every source is dated 0
  unchecked_hash,  // a hash of the source that Python does not look at (PEP 552; 3.7 and later)
  checked_hash,    // a hash of the source that Python compares (likewise)
  keep,            // as it was
  recompile,       // as clamp; the code is what the Python at hand makes of the source
};

/// Whose files are in an archive. `root`: uid and gid are 0, without names. `names`: the same, but
/// the names stay, by which the format's own installer finds the owner. `system`: accounts of
/// people (uid or gid 1000 to 59999, as Debian policy 9.2.2 has it) become root, those of the
/// system stay. `keep`: all stay.
enum class Owners { root, names, system, keep };

/// What becomes of a file with a cryptographic signature, which no change survives: it is left and
/// that is said (`skip`), or it is an error (`fail`); `strip` takes the signature off where the
/// format has a form without one, and leaves the file where it has none.
enum class SignedFiles { skip, fail, strip };

/// A prefix of paths that are embedded in files, whole components, and what stands in for it.
struct PathMapping {
  std::string from, to;
};

/// What becomes of compressed streams. `keep` carries over a stream whose payload did not change
/// and packs the others as they were packed; `canonical` packs every stream by its codec's default
/// recipe, so that artifacts packed by different programs meet; `store` packs none of them, where
/// the codec has a way to hold bytes as they are, and leaves the other codecs' streams as `keep`
/// does.
enum class Recompress { keep, canonical, store };

/// What a format can store as a time, in seconds since 1970-01-01 UTC. The floor is what a time
/// becomes when there is no epoch: the format's own zero.
struct TimeRange {
  std::int64_t floor = 0;
  std::int64_t ceiling = std::numeric_limits<std::int64_t>::max();
  /// The resolution in seconds, counted from the floor; a time between two steps becomes the
  /// earlier.
  std::int64_t step = 1;
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
  std::uint64_t expansion_ceiling = std::uint64_t{64} << 30;
  /// Bytes that a decoder may ask for beside its output: a window of 128 MB, which is twice what
  /// xz -9 and as much as zstd without --long=28 needs, and what goes with it.
  std::uint64_t decoder_memory = std::uint64_t{160} << 20;
  /// Members of one archive, of which each takes half a kilobyte of memory while it is worked on.
  std::size_t members = 2'000'000;
  /// What may be said of one file of the tree and all in it: changes of fields, and remarks.
  std::size_t findings = 10'000'000;

  /// The budget of one file, in bytes, for a file of `size` bytes.
  std::uint64_t expanded_bytes(std::uint64_t size) const;
};

struct RuleBook;

/// What "normal" means in one run. A plain value: built before the first file, never changed after,
/// shared by all workers.
struct Rules {
  /// Seconds since 1970-01-01 UTC; unset where there is no epoch.
  std::optional<std::int64_t> epoch;
  TimeMode time_mode = TimeMode::clamp;
  /// Whether times on disk are settled too, and not those within files alone.
  bool disk_times = true;
  Profile profile = Profile::safe;
  /// Unset where nobody asked: the profile decides.
  std::optional<Recompress> recompress;
  /// Of members of archives whose format does not ask for a treatment of its own.
  Owners owners = Owners::root;
  /// Whether archives that may are sorted by name.
  bool sort_members = true;
  SignedFiles signed_files = SignedFiles::skip;
  Limits limits;
  PycMode pyc_mode = PycMode::clamp;
  /// For embedded paths of source files; the first that fits is applied.
  std::vector<PathMapping> path_map;
  /// Whether containers that changed are opened again by an independent reader.
  bool verify = true;
  /// Whether compiled Python that changed is also loaded by the Python at hand, before and after,
  /// where it is of that Python's version.
  bool verify_pyc = false;
  /// Names of formats that are left alone.
  std::set<std::string, std::less<>> disabled_formats;
  /// Rule files to read beside those that are found without asking.
  std::vector<std::string> rule_files;
  /// What rule files say of single files; null where none were read.
  std::shared_ptr<const RuleBook> rule_book;
  /// Set by `perturb` alone: what is noise becomes other noise, drawn from this seed, instead of
  /// what is normal.
  std::optional<Noise> noise;

  /// What a time of `seconds` becomes: the epoch, itself, or the format's floor, within `range`.
  /// With noise, another time that becomes the same without.
  std::int64_t normal_time(std::int64_t seconds, TimeRange range = {}) const;

  /// What an embedded path becomes by `path_map`.
  std::string mapped_path(std::string_view path) const;

  Recompress recompression() const {
    return recompress.value_or(strict() ? Recompress::canonical : Recompress::keep);
  }
  bool strict() const { return profile == Profile::strict; }
  bool enabled(std::string_view format) const { return !disabled_formats.contains(format); }

 private:
  std::int64_t settled_time(std::int64_t seconds, TimeRange range) const;
};

}  // namespace normalize
