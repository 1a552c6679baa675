#include "driver/cache/rules_digest.h"

#include "driver/cache/build_id.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/codec/recipes.h"
#include "normalizers/version.h"
#include "rules/rule_set.h"

namespace normalize {
namespace {

/// Takes values one after another; each ends where its size says, so that no two lists of values
/// are one.
class Fields {
 public:
  void add(std::string_view text) {
    add(text.size());
    digest_.add(as_bytes(text));
  }
  template <typename T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void add(T number) {
    digest_.add(as_bytes(std::to_string(static_cast<std::uint64_t>(number)) + "\n"));
  }
  template <typename T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  Bytes finish() { return digest_.finish(); }

 private:
  RunningDigest digest_;
};

void add_program(Fields& fields) {
  fields.add(program_version());
  fields.add(kCanon);
  fields.add(build_id());
  for (const LibraryVersion& library : library_versions()) fields.add(library.version);
}

void add_limits(Fields& fields, const Limits& limits) {
  const auto& [depth, ratio, floor, ceiling, decoder_memory, members, findings] = limits;
  for (const std::uint64_t limit : {std::uint64_t{depth}, ratio, floor, ceiling, decoder_memory,
                                    std::uint64_t{members}, std::uint64_t{findings}})
    fields.add(limit);
}

void add_rules(Fields& fields, const Rules& rules) {
  // A member that is added to Rules does not compile here until it is looked at. Times on disk are
  // no matter of a file's bytes, and rule files count by what was read from them.
  const auto& [epoch, time_mode, disk_times, profile, recompress, owners, sort_members,
               signed_files, limits, pyc_mode, path_map, verify, verify_pyc, disabled_formats,
               rule_files, rule_book, noise] = rules;
  fields.add(epoch);
  fields.add(time_mode);
  fields.add(profile);
  fields.add(recompress);
  fields.add(owners);
  fields.add(sort_members);
  fields.add(signed_files);
  add_limits(fields, limits);
  fields.add(pyc_mode);
  fields.add(path_map.size());
  for (const PathMapping& mapping : path_map) {
    fields.add(mapping.from);
    fields.add(mapping.to);
  }
  fields.add(verify);
  fields.add(verify_pyc);
  fields.add(disabled_formats.size());
  for (const std::string& format : disabled_formats) fields.add(format);
  fields.add(noise.has_value());
  fields.add(noise ? noise->seed() : 0);
  static_cast<void>(rule_book);
}

void add_book(Fields& fields, const RuleBook& book) {
  fields.add(book.sources);
  for (const RuleBook::OfTree& tree : book.trees) {
    fields.add(tree.root);
    fields.add(tree.options.has_value());
    if (tree.options) add_rules(fields, *tree.options);
  }
}

}  // namespace

Bytes rules_digest(const Rules& rules) {
  Fields fields;
  add_program(fields);
  add_rules(fields, rules);
  if (rules.rule_book) add_book(fields, *rules.rule_book);
  return fields.finish();
}

}  // namespace normalize
