#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace normalize {

/// Numbers that look random and are a function of their seed: splitmix64 of Steele, Lea and Flood
/// (OOPSLA 2014), the same on every machine.
class NoiseSource {
 public:
  explicit NoiseSource(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// A number from 0 to `count` - 1; `count` is not 0.
  std::uint64_t below(std::uint64_t count) { return next() % count; }
  /// True once in `count` times.
  bool once_in(std::uint64_t count) { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

/// What two builds differ in, as values: what `perturb` puts in the place of what is normal. Every
/// function here depends on its arguments alone, so that a list and what it lists go on agreeing,
/// and gives for its own result the same again, to whatever part of a time a text is exact.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t seed() const { return seed_; }

  /// A time of the same month in a year behind that of `least`, up to 2037, at an even second, in
  /// seconds since 1970-01-01 UTC; `least` itself where there is no such year.
  std::int64_t time(std::int64_t seconds, std::int64_t least) const;
  /// Which of write permission for group and other a umask has left: 0, 020 or 022.
  std::uint32_t umask_bits(std::uint32_t mode) const;
  /// The uid or gid of somebody in the place of `id`: from 1000 on, below 60,000.
  std::int64_t owner(std::int64_t id) const;
  /// The key of a path in an order in which a walk may meet it: names of one folder anyhow, a
  /// folder in front of what is in it. Slashes at its end do not count.
  std::vector<std::uint64_t> place(std::string_view path) const;
  /// Numbers for what is found in bytes of which this is a digest.
  NoiseSource source(std::uint64_t digest) const;

 private:
  std::uint64_t drawn(std::uint64_t from) const;

  std::uint64_t seed_;
};

}  // namespace normalize
