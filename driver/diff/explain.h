#pragma once

#include <optional>
#include <set>

#include "driver/diff/both_sides.h"
#include "driver/diff/result.h"
#include "normalizers/bytes/content.h"
#include "normalizers/inside/members.h"
#include "normalizers/services.h"
#include "rules/rules.h"

namespace normalize::diff {

/// How many bytes of members are unpacked at a time, of each side; a larger one alone.
inline constexpr std::uint64_t kBatchBytes = std::uint64_t{256} << 20;

/// Where two contents begin to differ; unset where they do not.
std::optional<std::uint64_t> first_difference(const Content& a, const Content& b);

/// Where files `a` and `b` are told to differ in noise, and no field of it is: tells the place.
void name_noise(const Content& a, const Content& b, Node& node);

/// Says in what two files differ, and looks into containers for that. One for each pair; belongs to
/// one worker.
class Explainer {
 public:
  /// What may be unpacked of each side is for files of `size` bytes, both together. What it is
  /// given outlives it.
  Explainer(const Rules& rules, Services* services, std::uint64_t size, IdleWorkers& idle)
      : rules_(rules),
        services_(services),
        idle_(idle),
        allowance_a_(rules.limits.expanded_bytes(size)),
        allowance_b_(allowance_a_) {}

  /// Compares two files as they are, by their bytes and then by their normal forms, and fills in
  /// all of `node` but its name.
  void compare(const Content& a, const Content& b, Node& node);

  /// A file that has been normalized.
  struct Normal {
    Content content;
    const Journal& journal;
    std::string path;  // by which the journal goes
  };
  /// The same for two that were normalized.
  void compare_normal(const Normal& a, const Normal& b, Node& node);

 private:
  /// Members that normalizing has left alone, and so what is in them: paths as Remark::member has
  /// them. What is below any of them is compared by its own normal form, all else by its bytes.
  using LeftAlone = std::set<std::string, std::less<>>;
  struct Place {
    const LeftAlone* left;
    std::string path;  // within the file that was normalized
    unsigned depth = 0;
  };

  void explain(const Content& a, const Content& b, const Place& place, Node& node);
  bool look_inside(std::string_view format, const Content& a, const Content& b, const Place& place,
                   Node& node);
  bool look_inside_packed(std::string_view format_a, std::string_view format_b, const Content& a,
                          const Content& b, const Place& place, Node& node);
  void compare_payloads(std::string_view format_a, std::string_view format_b, const Content& a,
                        const Content& b, const Place& place, Node& node);
  bool compare_archives(const Content& a, const Content& b, const Place& place, Node& node);
  void compare_descriptions(std::string_view format, const Content& a, const Content& b,
                            Node& node);
  void compare_data(const Content& a, const Content& b,
                    std::vector<std::pair<inside::Member, inside::Member>>& pairs,
                    const Place& place, Node& node);
  void compare_member(const Content& a, const Content& b, const Place& place, Node& node);

  const Rules& rules_;
  Services* const services_;
  IdleWorkers& idle_;
  inside::Allowance allowance_a_, allowance_b_;  // each its own, for who is first must not matter
  unsigned depth_ = 0;
};

}  // namespace normalize::diff
